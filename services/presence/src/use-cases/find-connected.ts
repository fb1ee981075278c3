import type { EndpointData, EndpointOutput, presenceEndpoints } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context } from '../context.ts';
import { connectedUsers } from '../store/connections.ts';

/** Those of the named users who are connected to a gateway now; the grace does not count. */
export async function findConnected(
  { database }: Context,
  { user_ids }: EndpointData<typeof presenceEndpoints.findConnected>,
): Promise<EndpointOutput<typeof presenceEndpoints.findConnected>> {
  const rows = await database.query(connectedUsers, [[...new Set(user_ids)]]);
  return { user_ids: rows.map((row) => row.user_id), heard_at: rows.map((row) => isoTime(row.heard_at)) };
}
