import type { Context } from '../context.ts';
import { unreadOfUsers } from '../store/unread.ts';

/**
 * Unread messages over all conversations of each of several users, as JSON, in their order: heads less markers, no
 * message is counted one by one.
 */
export async function countUnread({ database }: Context, userIds: readonly number[]): Promise<string[]> {
  const rows = await database.queryRaw(unreadOfUsers, [userIds]);
  const counts = new Map(rows.map(([userId, count]) => [Number(userId), count]));
  return userIds.map((userId) => `{"unread_count":${counts.get(userId)}}`);
}
