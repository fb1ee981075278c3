import type { IncomingMessage } from 'node:http';
import { VestnikError } from '@vestnik/contracts';
import type { Caller, GatewayContext } from '../context.ts';

/** Refused tokens are counted over a minute; a blocked address that comes back after it is surely free again. */
const BLOCKED_RETRY_AFTER_SECONDS = 60;

/** Finds out who makes a request, given with its correlation id. */
export type Authentication = (request: IncomingMessage, requestId: string) => Promise<Caller>;

/** The first step of every API request: who asks. Throws as `authenticate`. */
export function createAuthentication(context: GatewayContext): Authentication {
  return (request, requestId) => authenticate(context, request, requestId);
}

/**
 * Finds out who asks, before anything else of the request is looked at, and holds them to their rate. An address with
 * too many refused tokens waits, whatever it shows now: else it could go on guessing.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for a blocked address or too many requests.
 */
async function authenticate(
  { rateLimits, verify, newcomers }: GatewayContext,
  request: IncomingMessage,
  requestId: string,
): Promise<Caller> {
  const address = request.socket.remoteAddress ?? '';
  if (rateLimits.isBlocked(address)) {
    throw new VestnikError('rate_limited', 'Too many refused tokens from this address', {
      retryAfterSeconds: BLOCKED_RETRY_AFTER_SECONDS,
    });
  }
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new VestnikError('unauthorized', 'A bearer token is required');
  const identity = await verify(token);
  if (!identity) {
    rateLimits.noteRefusedToken(address);
    throw new VestnikError('unauthorized', 'The token is not accepted');
  }
  newcomers.settle(request.socket);
  const retryAfterSeconds = rateLimits.takeRequest(identity.userId);
  if (retryAfterSeconds > 0) throw new VestnikError('rate_limited', 'Too many requests', { retryAfterSeconds });
  const { userId, companyId } = identity;
  return { userId, companyId, requestId, sessionId: undefined };
}
