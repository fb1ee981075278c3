import { type Conversation, VestnikError } from '@vestnik/contracts';

/**
 * Lets participants pass. All other users get the same answer, whether or not the conversation exists.
 *
 * @param conversation undefined when there is none
 * @throws VestnikError `forbidden`
 */
export function requireParticipant(
  conversation: Conversation | undefined,
  userId: number,
): asserts conversation is Conversation {
  if (!conversation?.participants.includes(userId)) {
    throw new VestnikError('forbidden', 'Not a participant of this conversation');
  }
}
