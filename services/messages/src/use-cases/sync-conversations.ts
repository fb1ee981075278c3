import type { Delivery, EndpointData, messagesEndpoints, SyncedConversation } from '@vestnik/contracts';
import { PAGE_LIMIT } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from '../store/message-row.ts';
import { cutToSize } from '../store/page.ts';
import { markDelivered } from './mark-delivered.ts';
import { refreshMembership } from './refresh-membership.ts';

const heads = statement<{ conversation_id: number; seq: number }>(
  'sync-heads',
  `select c.id as conversation_id, c.seq from members me join conversations c on c.id = me.conversation_id
   where me.user_id = $1 and me.conversation_id = any ($2::bigint[])`,
);
/** A conversation may be named several times: `entry` (1, 2, 3 …) says which of the names a row answers. */
const missed = statement<MessageRow & { entry: number }>(
  'sync-missed',
  `select ${MESSAGE_COLUMNS}, wanted.entry
   from rows from (unnest($1::bigint[]), unnest($2::bigint[])) with ordinality as wanted (conversation_id, after_seq, entry)
   cross join lateral (
     select * from messages m
     where m.conversation_id = wanted.conversation_id and m.seq > wanted.after_seq
     order by m.seq limit $3
   ) m
   order by wanted.entry, m.seq
   limit $4`,
);

/** Messages in one answer over all conversations; what does not fit is said by `has_more`. */
const MAX_MESSAGES = 500;
const MAX_LENGTH = 500_000;

/** What was stored after the given places, oldest first: for each conversation a page, or that it may not be seen. */
export async function syncConversations(
  context: MessagesContext,
  { user_id, conversations }: EndpointData<typeof messagesEndpoints.sync>,
): Promise<{ conversations: SyncedConversation[] }> {
  const seqById = await visibleHeads(
    context,
    user_id,
    conversations.map(({ id }) => id),
  );
  const behind = conversations.filter(({ id, after_seq }) => after_seq < (seqById.get(id) ?? 0));
  const entries = new Map(behind.map((asked, index) => [asked, index + 1]));
  const rows = await context.database.query(missed, [
    behind.map(({ id }) => id),
    behind.map(({ after_seq }) => after_seq),
    PAGE_LIMIT,
    MAX_MESSAGES,
  ]);
  const rowsByEntry = Map.groupBy(rows, (row) => row.entry);

  let room = MAX_LENGTH;
  const deliveries: Delivery[] = [];
  const answer = conversations.map((asked): SyncedConversation => {
    const { id, after_seq } = asked;
    const head = seqById.get(id);
    if (head === undefined) return { id, error: 'forbidden' };
    const candidates = room > 0 ? (rowsByEntry.get(entries.get(asked) ?? 0) ?? []) : [];
    const { messages, length } = cutToSize(candidates.map(toMessage), room);
    room -= length;
    const upToSeq = messages.at(-1)?.seq ?? after_seq;
    // Who asks behind a place has everything up to it.
    deliveries.push({ conversation_id: id, user_id, after_seq: 0, up_to_seq: upToSeq });
    return { id, messages, has_more: upToSeq < head };
  });
  if (deliveries.length > 0) await markDelivered(context, { deliveries });
  return { conversations: answer };
}

/** The heads of those conversations that the user may see; the own copy may be behind for the others. */
async function visibleHeads(
  context: MessagesContext,
  userId: number,
  conversationIds: number[],
): Promise<Map<number, number>> {
  const ask = async () => {
    const rows = await context.database.query(heads, [userId, conversationIds]);
    return new Map(rows.map((row) => [row.conversation_id, row.seq]));
  };
  const known = await ask();
  const unknown = conversationIds.filter((id) => !known.has(id));
  if (unknown.length === 0) return known;
  await refreshMembership(context, unknown);
  return ask();
}
