/** The user who acts, through which door and under which correlation id. */
export interface Caller {
  userId: number;
  /** The user's company, by the token. Undefined where the gateway acts for a user outside of any request. */
  companyId?: number | undefined;
  /** Correlation id of this frame or request. */
  requestId: string;
  /** The session that acts; undefined for REST. */
  sessionId: string | undefined;
}
