import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';

/**
 * Changes the content of the caller's own message.
 *
 * @throws VestnikError `forbidden` for others' and unknown messages; `conflict` for a deleted one.
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
