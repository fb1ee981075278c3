import { type ClientEventData, messagesEndpoints, type SyncedConversation } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { syncAccount } from './sync-account.ts';

/**
 * Answers the messages of each named conversation that were stored after `afterSeq`, oldest first, in pages. Without conversations
 * it answers the next part of the caller's account.
 */
export async function sync(context: Context, caller: Caller, data: ClientEventData<'sync'>): Promise<unknown> {
  const { conversations, ...ask } = data;
  if (conversations) return syncConversations(context, caller, conversations);
  const { json } = await syncAccount(context, caller, ask);
  return JSON.parse(String(json));
}

function syncConversations(
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
