import { isoTime } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import * as connections from '../store/connections.ts';

/** Returns the named users who have an active socket on a gateway now. Users in their grace have none. */
export async function findConnected(
  { database }: Context,
  { user_ids }: Input<'findConnected'>,
): Promise<Output<'findConnected'>> {
  const rows = await database.query(connections.findConnected, [[...new Set(user_ids)]]);
  return { user_ids: rows.map((row) => row.user_id), heard_at: rows.map((row) => isoTime(row.heard_at)) };
}
