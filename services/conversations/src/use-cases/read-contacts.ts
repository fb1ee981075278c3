import { CONTACTS_AT_ONCE } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import * as statements from '../store/statements.ts';

/** Returns the ids of the users who share a conversation with a user, the first 10,000 in ascending order. */
export async function readContacts(
  { database }: Context,
  { user_id }: Input<'readContacts'>,
): Promise<Output<'readContacts'>> {
  const rows = await database.query(statements.readContacts, [user_id, CONTACTS_AT_ONCE]);
  return { user_ids: rows.map((row) => row.user_id) };
}
