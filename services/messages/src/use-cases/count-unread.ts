import type { Context, Input, Output } from '../context.ts';
import { unreadOfUsers } from '../store/unread.ts';

/**
 * Returns the JSON of each user's unread messages over all conversations, in the order of the asks: heads less markers.
 * No message is counted one by one.
 */
export async function countUnread(
  { database }: Context,
  { asks }: Input<'countUnread'>,
): Promise<Output<'countUnread'>> {
  const rows = await database.queryRaw(unreadOfUsers, [asks.map(({ user_id }) => user_id)]);
  const counts = new Map(rows.map(([userId, count]) => [Number(userId), count]));
  return asks.map(({ user_id }) => `{"unread_count":${counts.get(user_id)}}`);
}
