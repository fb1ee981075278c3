import type { IncomingMessage } from 'node:http';
import { VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import type { Caller } from '../../upstream/caller.ts';
import { unauthorized } from '../../upstream/unauthorized.ts';
import { bearerToken } from '../bearer-token.ts';

/**
 * Finds out who asks, before anything else of the request is looked at, and holds them to their rate. An address with
 * too many refused tokens waits, whatever it shows now: else it could go on guessing.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for a blocked address or too many requests.
 */
export async function authenticate(
  { rateLimits, verify, unauthenticated }: Context,
  request: IncomingMessage,
  requestId: string,
): Promise<Caller> {
  const address = request.socket.remoteAddress ?? '';
  const refusal = rateLimits.refusal(address);
  if (refusal) throw refusal;
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw unauthorized();
  const identity = await verify(token);
  if (!identity) {
    rateLimits.noteRefusedToken(address);
    throw unauthorized();
  }
  unauthenticated.remove(request.socket);
  const retryAfterSeconds = rateLimits.takeRequest(identity.userId);
  if (retryAfterSeconds > 0) throw new VestnikError('rate_limited', 'Too many requests', { retryAfterSeconds });
  return { userId: identity.userId, requestId, sessionId: undefined };
}
