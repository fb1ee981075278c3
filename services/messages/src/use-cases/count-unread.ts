import { type RawValue, statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { UNREAD } from '../store/unread.ts';

/** Unread over all conversations of each of several users: user, count. Values: users. */
export const unreadOfUsers = statement<RawValue[]>(
  'unread-of-users',
  `select u.user_id, (
     select coalesce(sum(${UNREAD}), 0)::bigint
     from members me join conversations c on c.id = me.conversation_id
     where me.user_id = u.user_id and c.seq > me.read_seq
   )
   from unnest($1::bigint[]) as u (user_id)`,
);

/**
 * Unread messages over all conversations of each of several users, as JSON, in their order: heads less markers, no
 * message is counted one by one.
 */
export async function countUnread({ database }: MessagesContext, userIds: readonly number[]): Promise<string[]> {
  const rows = await database.queryRaw(unreadOfUsers, [userIds]);
  const counts = new Map(rows.map(([userId, count]) => [Number(userId), count]));
  return userIds.map((userId) => `{"unread_count":${counts.get(userId)}}`);
}
