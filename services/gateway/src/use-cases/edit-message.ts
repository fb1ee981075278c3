import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Changes the content of the caller's own message.
 *
 * @throws VestnikError `forbidden` for a message of another user and an unknown one; `conflict` for a deleted one.
 */
export function editMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  input: { messageId: number; content: string },
): Promise<{ message: Message }> {
  return bus.request(
    messagesEndpoints.editMessage,
    { user_id: userId, message_id: input.messageId, content: input.content },
    { requestId },
  );
}
