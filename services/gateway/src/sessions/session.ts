import type { Identity } from '@vestnik/auth';
import type { CompanyRole } from '@vestnik/contracts';
import type { UserSession } from '../users/connected-user.ts';
import type { CloseCode } from './close-codes.ts';

/**
 * One connected device, whichever door it came through. A door creates it and does the framing; everything else knows
 * sockets as sessions only.
 */
export interface Session extends UserSession {
  /** The user's role in the company; moved by `refresh_token`. */
  companyRole: CompanyRole | undefined;
  /** Unix time in seconds; moved by `refresh_token`. */
  expiresAt: number;
  /** Unix time in seconds and fingerprints of the token, by which it may be revoked; moved by `refresh_token` too. */
  issuedAt: number;
  fingerprints: readonly string[];
  close(code: CloseCode): void;
}

/** The part of a token that stays with its session. */
export type SessionToken = Pick<
  Identity,
  'userId' | 'companyId' | 'companyRole' | 'expiresAt' | 'issuedAt' | 'fingerprints'
>;
