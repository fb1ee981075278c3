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

/** Unread messages over all conversations of a user: heads less markers, no message is counted one by one. */
export async function countUnread(
  { database }: MessagesContext,
  { user_id }: { user_id: number },
): Promise<{ unread_count: number }> {
  const [row] = await database.queryRaw(unreadOfUsers, [[user_id]]);
  return { unread_count: Number(row?.[1]) };
}

/** As `countUnread` for each of several users, as JSON, in their order. */
export async function countUnreadOfUsers({ database }: MessagesContext, userIds: readonly number[]): Promise<string[]> {
  const rows = await database.queryRaw(unreadOfUsers, [userIds]);
  const counts = new Map(rows.map(([userId, count]) => [Number(userId), count]));
  return userIds.map((userId) => `{"unread_count":${counts.get(userId)}}`);
}
