import { messagesEndpoints, type Reaction } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Removes the caller's reaction from a message. A repeated call gets the same answer.
 *
 * @throws VestnikError `forbidden` for a message that the caller may not see; `conflict` for a deleted one.
 */
export function removeReaction(
  { bus }: Context,
  { userId, requestId }: Caller,
  { messageId, emoji }: { messageId: number; emoji: string },
): Promise<{ message_id: number; reactions: Reaction[] }> {
  const reaction = { user_id: userId, message_id: messageId, emoji, present: false };
  return bus.request(messagesEndpoints.setReaction, reaction, { requestId });
}
