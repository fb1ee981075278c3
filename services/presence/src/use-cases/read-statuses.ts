import { isoTimeOrNull } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import * as users from '../store/users.ts';

/** Returns the status of users as it is, for the admins of their company. Users who were never seen are left out. */
export async function readStatuses(
  { database }: Context,
  { user_ids }: Input<'readStatuses'>,
): Promise<Output<'readStatuses'>> {
  const rows = await database.query(users.getStatuses, [user_ids]);
  return { statuses: rows.map((row) => ({ ...row, last_seen: isoTimeOrNull(row.last_seen) })) };
}
