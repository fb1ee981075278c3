import type { Context, Input, Output } from '../context.ts';
import * as statements from '../store/statements.ts';

/** Returns the named users who share a conversation with the caller, once each, and the caller, if named. */
export async function findContacts(
  { database }: Context,
  { user_id, user_ids }: Input<'findContacts'>,
): Promise<Output<'findContacts'>> {
  const rows = await database.query(statements.findContacts, [user_id, [...new Set(user_ids)]]);
  return { user_ids: rows.map((row) => row.user_id) };
}
