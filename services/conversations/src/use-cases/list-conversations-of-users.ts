import type { Context, Input, Output } from '../context.ts';
import * as statements from '../store/statements.ts';

/** Returns the conversations of each named user, once each. The list of a user without conversations is empty. */
export async function listConversationsOfUsers(
  { database }: Context,
  { user_ids }: Input<'listConversationsOfUsers'>,
): Promise<Output<'listConversationsOfUsers'>> {
  const asked = [...new Set(user_ids)];
  const rows = await database.query(statements.listConversationsOfUsers, [asked]);
  const idsOf = new Map(rows.map((row) => [row.user_id, row.conversation_ids]));
  return { users: asked.map((user_id) => ({ user_id, conversation_ids: idsOf.get(user_id) ?? [] })) };
}
