import type { Context, Input, Output } from '../context.ts';
import { fromRow } from '../store/conversation-row.ts';
import { conversationsById } from '../store/statements.ts';

/** The named conversations as they are now, for services that keep a copy; unknown ones are left out. */
export async function copyConversations(
  { database }: Context,
  { conversation_ids }: Input<'copyConversations'>,
): Promise<Output<'copyConversations'>> {
  const rows = await database.query(conversationsById, [conversation_ids]);
  return { conversations: rows.map(fromRow) };
}
