import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';

/**
 * Makes the caller's own message a tombstone; done again, it answers the same.
 *
 * @throws VestnikError `forbidden` for others' and unknown messages.
 */
export function deleteMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  messageId: number,
): Promise<{ message: Message }> {
  return bus.request(messagesEndpoints.deleteMessage, { user_id: userId, message_id: messageId }, { requestId });
}
