import type { Context, Input, Output } from '../context.ts';
import { conversationsOfUsers } from '../store/statements.ts';

/** The conversations of each of the named users, once each; who is in none gets an empty list. */
export async function listConversationsOfUsers(
  { database }: Context,
  { user_ids }: Input<'listConversationsOfUsers'>,
): Promise<Output<'listConversationsOfUsers'>> {
  const asked = [...new Set(user_ids)];
  const rows = await database.query(conversationsOfUsers, [asked]);
  const idsOf = new Map(rows.map((row) => [row.user_id, row.conversation_ids]));
  return { users: asked.map((user_id) => ({ user_id, conversation_ids: idsOf.get(user_id) ?? [] })) };
}
