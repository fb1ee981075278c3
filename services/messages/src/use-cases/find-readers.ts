import type { EndpointData, EndpointOutput, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { readersOf } from '../store/markers.ts';

/** Those of the named users who have read up to a place or are no longer there to read it, and those who have it. */
export async function findReaders(
  { database }: Context,
  { conversation_id, seq, user_ids }: EndpointData<typeof messagesEndpoints.findReaders>,
): Promise<EndpointOutput<typeof messagesEndpoints.findReaders>> {
  const rows = await database.query(readersOf, [conversation_id, seq, user_ids]);
  const those = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).map((row) => row.user_id);
  return { user_ids: those((row) => row.has_read), delivered_user_ids: those((row) => row.has_it) };
}
