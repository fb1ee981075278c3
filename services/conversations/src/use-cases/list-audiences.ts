import type { Context, Input, Output } from '../context.ts';
import * as audiences from '../store/audiences.ts';

/**
 * Returns the conversations in which others see the presence of each named user, once each, and the users and companies that do
 * not see it. The lists of a user without active conversations are empty.
 */
export async function listAudiences(
  { database }: Context,
  { user_ids }: Input<'listAudiences'>,
): Promise<Output<'listAudiences'>> {
  const asked = [...new Set(user_ids)];
  const rows = await database.query(audiences.listAudiences, [asked]);
  const known = new Map(rows.map((row) => [row.user_id, row]));
  return {
    users: asked.map(
      (user_id) => known.get(user_id) ?? { user_id, conversation_ids: [], hidden_user_ids: [], hidden_company_ids: [] },
    ),
  };
}
