import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';

/** Unread over all conversations. Values: user. */
export const unreadOfUser = statement<{ unread_count: number }>(
  'unread-of-user',
  `select coalesce(sum(unread_of(c.id, c.seq, me.read_seq)), 0)::bigint as unread_count
   from members me join conversations c on c.id = me.conversation_id
   where me.user_id = $1 and c.seq > me.read_seq`,
);

/** Unread messages over all conversations of a user: heads less markers, no message is counted one by one. */
export async function countUnread(
  { database }: MessagesContext,
  { user_id }: { user_id: number },
): Promise<{ unread_count: number }> {
  const [row] = await database.query(unreadOfUser, [user_id]);
  return { unread_count: row?.unread_count ?? 0 };
}
