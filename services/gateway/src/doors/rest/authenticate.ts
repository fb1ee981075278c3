import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { VestnikError } from '@vestnik/contracts';
import type { Context } from '../../context.ts';
import { unauthorized } from '../../limits/unauthorized.ts';
import { ClientCaller } from '../../upstream/caller.ts';
import { bearerToken } from '../bearer-token.ts';
import { type FirstLook, forwardedFor } from './first-look.ts';

/**
 * Finds the caller before anything else of the request is looked at, and counts the request.
 *
 * @throws VestnikError `unauthorized` without a good token; `rate_limited` for one more refused token of an address that has
 *   too many, and for too many requests, connections or unread answers of a user; `unavailable` when the keys of tokens cannot be
 *   read.
 */
export async function authenticate(
  context: Context,
  { judge }: Pick<FirstLook, 'judge'>,
  request: IncomingMessage,
  requestId: string,
): Promise<ClientCaller> {
  const { clientAddresses, rateLimits, refusedTokens, unauthenticated, countRefusal } = context;
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw unauthorized();
  const identity = await judge(request, token);
  if (!identity) {
    throw refusedTokens.refuse(clientAddresses.of(request.socket.remoteAddress ?? '', forwardedFor(request)));
  }
  unauthenticated.remove(request.socket);
  const retryAfterSeconds = rateLimits.takeRequest(identity.userId);
  if (retryAfterSeconds > 0) {
    countRefusal('request_rate');
    throw new VestnikError('rate_limited', 'Too many requests', { retryAfterSeconds });
  }
  const full = refusalOfUser(context, request.socket, identity.userId);
  if (full) throw full;
  return new ClientCaller(identity, requestId, undefined, identity);
}

/** Returns why a user gets no answer on this connection now. A trusted proxy sends requests of many users on one connection. */
function refusalOfUser(
  { clientAddresses, unsentAnswers, userConnections }: Context,
  connection: Socket,
  userId: number,
): VestnikError | undefined {
  const full = unsentAnswers.refusal(userId);
  if (full || clientAddresses.isProxy(connection.remoteAddress ?? '')) return full;
  return userConnections.use(connection, userId);
}
