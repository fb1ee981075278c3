import type { EndpointData, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';

const readers = statement<{ user_id: number }>(
  'readers',
  `select u.user_id from unnest($3::bigint[]) as u (user_id)
   left join members me on me.conversation_id = $1 and me.user_id = u.user_id
   where me.user_id is null or me.read_seq >= $2`,
);

/** Those of the named users who have read up to a place, or are no longer there to read it. */
export async function findReaders(
  { database }: MessagesContext,
  { conversation_id, seq, user_ids }: EndpointData<typeof messagesEndpoints.readers>,
): Promise<{ user_ids: number[] }> {
  const rows = await database.query(readers, [conversation_id, seq, user_ids]);
  return { user_ids: rows.map((row) => row.user_id) };
}
