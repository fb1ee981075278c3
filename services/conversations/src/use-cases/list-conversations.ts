import type { Context, Input, Output } from '../context.ts';
import { fromRow } from '../store/conversation-row.ts';
import { conversationsOfUser } from '../store/statements.ts';

/** Those of the named conversations that the asking user is in, in no particular order. */
export async function listConversations(
  { database }: Context,
  { user_id, conversation_ids }: Input<'list'>,
): Promise<Output<'list'>> {
  const rows = await database.query(conversationsOfUser, [conversation_ids, user_id]);
  return { conversations: rows.map(fromRow) };
}
