import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Answers one message as it is now.
 *
 * @throws VestnikError `forbidden` for a message that the caller may not see, whether or not it exists.
 */
export function getMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  { messageId }: { messageId: number },
): Promise<{ message: Message }> {
  return bus.request(messagesEndpoints.getMessage, { user_id: userId, message_id: messageId }, { requestId });
}
