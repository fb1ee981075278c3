import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Makes the caller's own message a tombstone. A repeated deletion gets the same answer.
 *
 * @throws VestnikError `forbidden` for a message of another user and an unknown one.
 */
export function deleteMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  { messageId }: { messageId: number },
): Promise<{ message: Message }> {
  return bus.request(messagesEndpoints.deleteMessage, { user_id: userId, message_id: messageId }, { requestId });
}
