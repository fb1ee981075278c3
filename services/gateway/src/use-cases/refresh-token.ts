import { type CompanyRole, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** A session, as far as its token goes. */
interface TokenHolder {
  readonly userId: number;
  readonly companyId: number;
  companyRole: CompanyRole | undefined;
  expiresAt: number;
  issuedAt: number;
  fingerprints: readonly string[];
}

/**
 * Replaces the token of a session, and answers when the new one expires.
 *
 * @throws VestnikError `unauthorized` for a token that is not good; `rate_limited` when the user gave too many such tokens within
 *   a minute; `forbidden` for a token of another user or company.
 */
export async function refreshToken(
  { verify, refusedTokens }: Context,
  _: Caller,
  { token }: { token: string },
  session: TokenHolder,
): Promise<{ expires_at: string }> {
  const identity = await verify(token);
  if (!identity) throw refusedTokens.refuse(`user ${session.userId}`);
  if (identity.userId !== session.userId || identity.companyId !== session.companyId) {
    throw new VestnikError('forbidden', 'The token is of another user');
  }
  session.companyRole = identity.companyRole;
  session.expiresAt = identity.expiresAt;
  session.issuedAt = identity.issuedAt;
  session.fingerprints = identity.fingerprints;
  return { expires_at: new Date(identity.expiresAt * 1_000).toISOString() };
}
