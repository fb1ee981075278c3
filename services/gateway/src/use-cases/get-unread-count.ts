import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { JsonText } from '../upstream/json-text.ts';

/** Answers the caller's unread count over all conversations. */
export async function getUnreadCount({ reader }: Context, { userId, requestId }: Caller): Promise<JsonText> {
  return new JsonText(await reader.countUnread({ user_id: userId }, requestId));
}
