import type { HistoryContinuation } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';

/** The place in a history at which a page begins; undefined stands for the newest message. */
export type HistoryPlace = HistoryContinuation | { offset: number } | undefined;

/**
 * Answers one page of a conversation: newest message first, or oldest first behind `after_seq`.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant.
 */
export async function listMessages(
  { reader, readLimiter }: Context,
  caller: Caller,
  { conversationId, limit, place }: { conversationId: number; limit: number; place: HistoryPlace },
): Promise<JsonText> {
  const ask = { user_id: caller.userId, conversation_id: conversationId, limit, ...place };
  return new JsonText(await readLimiter.run(caller, () => reader.readHistory(ask, caller.requestId)));
}
