import type { Context, Input, Output } from '../context.ts';
import { findInviters } from '../store/invitations.ts';
import * as statements from '../store/statements.ts';

/** Returns the named users who share a conversation with the caller, or with `inviters` invite the caller, and the caller, if named. */
export async function findContacts(
  { database }: Context,
  { user_id, user_ids, inviters }: Input<'findContacts'>,
): Promise<Output<'findContacts'>> {
  const named = [...new Set(user_ids)];
  const [contacts, asking] = await Promise.all([
    database.query(statements.findContacts, [user_id, named]),
    inviters ? database.query(findInviters, [user_id, named]) : [],
  ]);
  return { user_ids: [...new Set([...contacts, ...asking].map((row) => row.user_id))] };
}
