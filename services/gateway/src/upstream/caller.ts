import type { CompanyRole } from '@vestnik/contracts';

/** The user who acts, through which door and under which correlation id. */
export interface Caller {
  userId: number;
  /** The company that the user belongs to, and the user's role there. */
  companyId: number;
  companyRole: CompanyRole | undefined;
  /** Correlation id of this frame or request. */
  requestId: string;
  /** The session that acts; undefined for REST. */
  sessionId: string | undefined;
}

/** The user in whose name the gateway reads, also outside of any request of a client. */
export type Reading = Pick<Caller, 'userId' | 'requestId'>;
