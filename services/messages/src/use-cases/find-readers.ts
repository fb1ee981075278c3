import type { EndpointData, EndpointOutput, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';

const readers = statement<{ user_id: number; has_read: boolean; has_it: boolean }>(
  'readers',
  `select u.user_id, me.user_id is null or me.read_seq >= $2 as has_read, coalesce(me.delivered_seq >= $2, false) as has_it
   from unnest($3::bigint[]) as u (user_id)
   left join members me on me.conversation_id = $1 and me.user_id = u.user_id`,
);

/** Those of the named users who have read up to a place or are no longer there to read it, and those who have it. */
export async function findReaders(
  { database }: MessagesContext,
  { conversation_id, seq, user_ids }: EndpointData<typeof messagesEndpoints.readers>,
): Promise<EndpointOutput<typeof messagesEndpoints.readers>> {
  const rows = await database.query(readers, [conversation_id, seq, user_ids]);
  const those = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).map((row) => row.user_id);
  return { user_ids: those((row) => row.has_read), delivered_user_ids: those((row) => row.has_it) };
}
