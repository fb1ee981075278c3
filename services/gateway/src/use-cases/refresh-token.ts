import { setTimeout as delay } from 'node:timers/promises';
import { type CompanyRole, notificationsEndpoints, VestnikError } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller, TokenMarks } from '../upstream/caller.ts';
import { marksOf } from '../upstream/token-marks.ts';

/** How often notifications is asked to note a new token, and how long after a failure, in milliseconds. */
const ATTEMPTS = 5;
const RETRY_MS = 2_000;

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
 * Replaces the token of a session, and answers when the new one expires. The devices of the old token belong to both from then on.
 *
 * @throws VestnikError `unauthorized` for a token that is not good; `rate_limited` when the user gave too many such tokens within
 *   a minute; `forbidden` for a token of another user or company.
 */
export async function refreshToken(
  context: Context,
  caller: Caller,
  { token }: { token: string },
  session: TokenHolder,
): Promise<{ expires_at: string }> {
  const { verify, refusedTokens } = context;
  const identity = await verify(token);
  if (!identity) throw refusedTokens.refuse(`user ${session.userId}`);
  if (identity.userId !== session.userId || identity.companyId !== session.companyId) {
    throw new VestnikError('forbidden', 'The token is of another user');
  }
  if (identity.fingerprints[0] !== session.fingerprints[0])
    void noteFamily(context, caller, session.fingerprints, identity);
  session.companyRole = identity.companyRole;
  session.expiresAt = identity.expiresAt;
  session.issuedAt = identity.issuedAt;
  session.fingerprints = identity.fingerprints;
  return { expires_at: new Date(identity.expiresAt * 1_000).toISOString() };
}

/** Tells notifications that a token has taken the place of another. The user does not wait for it. */
async function noteFamily(
  { bus, logger }: Context,
  { userId, requestId }: Caller,
  fingerprints: readonly string[],
  token: TokenMarks,
): Promise<void> {
  const input = { user_id: userId, fingerprints: [...fingerprints], token: marksOf(token) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await bus.request(notificationsEndpoints.replaceToken, input, { requestId });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) {
        logger.warn({ err: error, request_id: requestId }, 'devices do not know the new token of their user');
        return;
      }
      await delay(RETRY_MS, undefined, { ref: false });
    }
  }
}
