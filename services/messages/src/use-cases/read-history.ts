import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from '../store/message-row.ts';
import { cutToSize } from '../store/page.ts';
import { assertMember } from './refresh-membership.ts';

const VISIBLE = `
  from messages m
  where m.conversation_id = $2
    and exists (select from members me where me.conversation_id = $2 and me.user_id = $1)`;

/** The pages of a conversation; each reads an index range. Values: user, conversation, place, rows. */
export const historyStatements = {
  before: statement<MessageRow>(
    'history-before',
    `select ${MESSAGE_COLUMNS} ${VISIBLE} and m.seq < $3 order by m.seq desc limit $4`,
  ),
  after: statement<MessageRow>(
    'history-after',
    `select ${MESSAGE_COLUMNS} ${VISIBLE} and m.seq > $3 order by m.seq limit $4`,
  ),
  /** Since `seq` has no holes, an offset is a seq: no row is read to be skipped. */
  offset: statement<MessageRow>(
    'history-offset',
    `select ${MESSAGE_COLUMNS} ${VISIBLE}
       and m.seq <= (select c.seq from conversations c where c.id = $2) - $3 order by m.seq desc limit $4`,
  ),
};

/**
 * One page of a conversation: newest first, with `after_seq` oldest first. Reads an index range of `limit` rows,
 * however long the history is.
 */
export async function readHistory(
  context: MessagesContext,
  input: EndpointData<typeof messagesEndpoints.history>,
): Promise<{ messages: Message[]; has_more: boolean }> {
  const rows = await select(context, input);
  // Nothing found may also mean that nothing may be seen.
  if (rows.length === 0) await assertMember(context, input.user_id, input.conversation_id);
  const { messages, cut } = cutToSize(rows.slice(0, input.limit).map(toMessage));
  return { messages, has_more: cut || rows.length > input.limit };
}

function select(
  { database }: MessagesContext,
  {
    user_id,
    conversation_id,
    limit,
    before_seq,
    after_seq,
    offset: skip,
  }: EndpointData<typeof messagesEndpoints.history>,
): Promise<MessageRow[]> {
  const oneMore = limit + 1;
  if (after_seq !== undefined)
    return database.query(historyStatements.after, [user_id, conversation_id, after_seq, oneMore]);
  if (skip !== undefined) return database.query(historyStatements.offset, [user_id, conversation_id, skip, oneMore]);
  return database.query(historyStatements.before, [
    user_id,
    conversation_id,
    before_seq ?? Number.MAX_SAFE_INTEGER,
    oneMore,
  ]);
}
