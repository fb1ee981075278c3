import type { Context, Input, Output } from '../context.ts';
import { fromRow } from '../store/conversation-row.ts';
import * as statements from '../store/statements.ts';

/** Reads the named conversations for services that keep a copy. Unknown conversations are left out. */
export async function copyConversations(
  { database }: Context,
  { conversation_ids }: Input<'copyConversations'>,
): Promise<Output<'copyConversations'>> {
  const rows = await database.query(statements.copyConversations, [conversation_ids]);
  return { conversations: rows.map(fromRow) };
}
