/** The user who acts, through which door and under which correlation id. */
export interface Caller {
  userId: number;
  /** Correlation id of this frame or request. */
  requestId: string;
  /** The session that acts; undefined for REST. */
  sessionId: string | undefined;
}
