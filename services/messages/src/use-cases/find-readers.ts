import type { Context, Input, Output } from '../context.ts';
import { readersOf } from '../store/markers.ts';

/** Returns those of the named users who have read up to a `seq` or left, and those who have it on a device. */
export async function findReaders(
  { database }: Context,
  { conversation_id, seq, user_ids }: Input<'findReaders'>,
): Promise<Output<'findReaders'>> {
  const rows = await database.query(readersOf, [conversation_id, seq, user_ids]);
  const idsWhere = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).map((row) => row.user_id);
  return { user_ids: idsWhere((row) => row.has_read), delivered_user_ids: idsWhere((row) => row.has_it) };
}
