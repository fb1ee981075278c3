import type { Context, Input, Output } from '../context.ts';
import { contactsAmong } from '../store/statements.ts';

/** Those of the named users who share a conversation with who asks, once each; and who asks, if named. */
export async function findContacts(
  { database }: Context,
  { user_id, user_ids }: Input<'findContacts'>,
): Promise<Output<'findContacts'>> {
  const rows = await database.query(contactsAmong, [user_id, [...new Set(user_ids)]]);
  return { user_ids: rows.map((row) => row.user_id) };
}
