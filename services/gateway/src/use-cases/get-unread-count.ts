import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';

/** Answers the caller's unread count over all conversations. Calls that come during a count share the next one. */
export async function getUnreadCount(
  { reader, unreadCounts }: Context,
  { userId, requestId }: Caller,
): Promise<JsonText> {
  return new JsonText(await unreadCounts.read(userId, () => reader.countUnread({ user_id: userId }, requestId)));
}
