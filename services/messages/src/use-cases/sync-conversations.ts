import type { Delivery, EndpointData, Message, messagesEndpoints, SyncedConversation } from '@vestnik/contracts';
import { PAGE_LIMIT } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import { visibleHeads } from '../store/heads.ts';
import { refreshCopy } from '../store/membership-copy.ts';
import { messagesOfStretches, type Stretch } from '../store/messages.ts';
import { markDelivered } from './mark-delivered.ts';

/** Messages in one answer over all conversations; what does not fit is said by `has_more`. */
const MAX_MESSAGES = 500;

/** What was stored after the given places, oldest first: for each conversation a page, or that it may not be seen. */
export async function syncConversations(
  context: MessagesContext,
  { user_id, conversations }: EndpointData<typeof messagesEndpoints.sync>,
): Promise<{ conversations: SyncedConversation[] }> {
  const seqById = await headsOf(context, user_id, [...new Set(conversations.map(({ id }) => id))]);
  const missed = await readMissed(context, conversations, seqById);

  const reached = new Map<number, number>();
  const answer = conversations.map((asked): SyncedConversation => {
    const { id, after_seq } = asked;
    const head = seqById.get(id);
    if (head === undefined) return { id, error: 'forbidden' };
    const messages = missed.get(asked) ?? [];
    const upToSeq = messages.at(-1)?.seq ?? after_seq;
    reached.set(id, Math.max(reached.get(id) ?? 0, upToSeq));
    return { id, messages, has_more: upToSeq < head };
  });
  // Who asks behind a place has everything up to it.
  const deliveries = Array.from(
    reached,
    ([conversation_id, up_to_seq]): Delivery => ({ conversation_id, user_id, after_seq: 0, up_to_seq }),
  );
  if (deliveries.length > 0) await markDelivered(context, { deliveries });
  return { conversations: answer };
}

/** A name of a conversation in a sync. */
type Asked = EndpointData<typeof messagesEndpoints.sync>['conversations'][number];

/**
 * What was missed of each named conversation. How many messages that would be is known from the heads: no more of the
 * names are looked into than the answer has room for, however many there are.
 */
async function readMissed(
  { database }: Pick<MessagesContext, 'database'>,
  conversations: readonly Asked[],
  seqById: ReadonlyMap<number, number>,
): Promise<Map<Asked, Message[]>> {
  const stretches: (Stretch & { asked: Asked })[] = [];
  let room = MAX_MESSAGES;
  for (const asked of conversations) {
    const rows = Math.min((seqById.get(asked.id) ?? 0) - asked.after_seq, PAGE_LIMIT, room);
    if (rows > 0) stretches.push({ ...asked, rows, asked });
    room -= Math.max(rows, 0);
  }
  if (stretches.length === 0) return new Map();
  const messages = await messagesOfStretches(database, stretches);
  return new Map(stretches.map(({ asked }, index) => [asked, messages.get(index) ?? []]));
}

/** The heads of those conversations that the user may see; the own copy may be behind for the others. */
async function headsOf(
  context: MessagesContext,
  userId: number,
  conversationIds: number[],
): Promise<Map<number, number>> {
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
