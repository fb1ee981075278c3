import type { EndpointData, Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { cutMessages } from '../store/answer-size.ts';
import { historyStatements } from '../store/history.ts';
import { assertMember } from '../store/membership-copy.ts';
import { type MessageRow, toMessage } from '../store/message-row.ts';

/**
 * One page of a conversation: newest first, with `after_seq` oldest first. Reads an index range of `limit` rows,
 * however long the history is.
 */
export async function readHistory(
  context: Context,
  input: EndpointData<typeof messagesEndpoints.readHistory>,
): Promise<{ messages: Message[]; has_more: boolean }> {
  const rows = await select(context, input);
  // Nothing found may also mean that nothing may be seen.
  if (rows.length === 0) await assertMember(context, input.user_id, input.conversation_id);
  const { kept, cut } = cutMessages(rows.slice(0, input.limit).map(toMessage));
  return { messages: kept, has_more: cut || rows.length > input.limit };
}

function select(
  { database }: Context,
  {
    user_id,
    conversation_id,
    limit,
    before_seq,
    after_seq,
    offset: skip,
  }: EndpointData<typeof messagesEndpoints.readHistory>,
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
