import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Removes the pin of a message. A repeated call gets the same answer.
 *
 * @throws VestnikError `forbidden` for a message that the caller may not see.
 */
export function unpinMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  { messageId }: { messageId: number },
): Promise<{ message: Message }> {
  return bus.request(
    messagesEndpoints.setPin,
    { user_id: userId, message_id: messageId, pinned: false },
    { requestId },
  );
}
