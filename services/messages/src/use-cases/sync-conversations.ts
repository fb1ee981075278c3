import type { Delivery, EndpointData, messagesEndpoints, SyncedConversation } from '@vestnik/contracts';
import { PAGE_LIMIT } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { cutMessages, MAX_LENGTH } from '../store/answer-size.ts';
import { visibleHeads } from '../store/heads.ts';
import { refreshCopy } from '../store/membership-copy.ts';
import { messagesBehind } from '../store/messages.ts';
import { markDelivered } from './mark-delivered.ts';

/** Messages in one answer over all conversations; what does not fit is said by `has_more`. */
const MAX_MESSAGES = 500;

/** What was stored after the given places, oldest first: for each conversation a page, or that it may not be seen. */
export async function syncConversations(
  context: Context,
  { user_id, conversations }: EndpointData<typeof messagesEndpoints.syncConversations>,
): Promise<{ conversations: SyncedConversation[] }> {
  const seqById = await headsOf(
    context,
    user_id,
    conversations.map(({ id }) => id),
  );
  const behind = firstBehind(conversations, seqById);
  const places = new Map(behind.map((asked, index) => [asked, index]));
  const missed = await messagesBehind(context.database, behind, { each: PAGE_LIMIT, all: MAX_MESSAGES });

  let room = MAX_LENGTH;
  const reached = new Map<number, number>();
  const answer = conversations.map((asked): SyncedConversation => {
    const { id, after_seq } = asked;
    const head = seqById.get(id);
    if (head === undefined) return { id, error: 'forbidden' };
    const candidates = room > 0 ? (missed.get(places.get(asked) ?? -1) ?? []) : [];
    const { kept: messages, length } = cutMessages(candidates, room);
    room -= length;
    const upToSeq = messages.at(-1)?.seq ?? after_seq;
    // Who asks behind a place has everything up to it.
    reached.set(id, Math.max(upToSeq, reached.get(id) ?? 0));
    return { id, messages, has_more: upToSeq < head };
  });
  const deliveries = [...reached].map(
    ([conversation_id, up_to_seq]): Delivery => ({ conversation_id, user_id, after_seq: 0, up_to_seq }),
  );
  if (deliveries.length > 0) await markDelivered(context, { deliveries });
  return { conversations: answer };
}

/** The first places behind which there is something, as many as fill an answer: what more are named costs nothing. */
function firstBehind<Place extends { id: number; after_seq: number }>(
  places: readonly Place[],
  seqById: ReadonlyMap<number, number>,
): Place[] {
  let messages = 0;
  return places.filter(({ id, after_seq }) => {
    const missing = Math.max(0, (seqById.get(id) ?? 0) - after_seq);
    const isAsked = missing > 0 && messages < MAX_MESSAGES;
    if (isAsked) messages += Math.min(missing, PAGE_LIMIT);
    return isAsked;
  });
}

/** The heads of those conversations that the user may see; the own copy may be behind for the others. */
async function headsOf(context: Context, userId: number, conversationIds: number[]): Promise<Map<number, number>> {
  const ask = async () => {
    const rows = await context.database.query(visibleHeads, [userId, conversationIds]);
    return new Map(rows.map((row) => [row.conversation_id, row.seq]));
  };
  const known = await ask();
  const unknown = conversationIds.filter((id) => !known.has(id));
  if (unknown.length === 0) return known;
  await refreshCopy(context, unknown);
  return ask();
}
