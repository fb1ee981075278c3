import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Pins a message in its conversation. A repeated call gets the same answer.
 *
 * @throws VestnikError `forbidden` for a message that the caller may not see; `conflict` for a deleted one, and for one pin
 *   too many.
 */
export function pinMessage(
  { bus }: Context,
  { userId, requestId }: Caller,
  { messageId }: { messageId: number },
): Promise<{ message: Message }> {
  return bus.request(messagesEndpoints.setPin, { user_id: userId, message_id: messageId, pinned: true }, { requestId });
}
