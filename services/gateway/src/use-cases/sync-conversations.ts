import { messagesEndpoints, type SyncedConversation } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers the messages of each named conversation that were stored after `afterSeq`, oldest first, in pages. */
export function syncConversations(
  { bus, readLimiter, rateLimits }: Context,
  caller: Caller,
  conversations: { id: number; afterSeq: number }[],
): Promise<{ conversations: SyncedConversation[] }> {
  const places = conversations.map(({ id, afterSeq }) => ({ id, after_seq: afterSeq }));
  rateLimits.chargeItems(caller, places.length);
  const input = { user_id: caller.userId, conversations: places };
  return readLimiter.run(caller, () =>
    bus.request(messagesEndpoints.syncConversations, input, { requestId: caller.requestId }),
  );
}
