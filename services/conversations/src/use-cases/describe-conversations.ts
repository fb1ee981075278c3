import { viewOfInvited } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { fromRow } from '../store/conversation-row.ts';
import * as statements from '../store/statements.ts';

/** Reads conversations for several users, as JSON, in the order asked. The line of a conversation without its user is empty. */
export async function describeConversations(
  { database }: Context,
  { asks }: Input<'describeConversations'>,
): Promise<Output<'describeConversations'>> {
  const wanted = asks.flatMap(({ user_id, conversation_ids }) => conversation_ids.map((id) => ({ user_id, id })));
  const lines = wanted.map(() => '');
  const rows = await database.query(statements.describeConversations, [
    wanted.map(({ user_id }) => user_id),
    wanted.map(({ id }) => id),
  ]);
  for (const { place, is_invited, ...row } of rows) {
    const conversation = fromRow(row);
    const userId = wanted[place - 1]?.user_id as number;
    lines[place - 1] = JSON.stringify(is_invited ? viewOfInvited(conversation, userId) : conversation);
  }
  return lines;
}
