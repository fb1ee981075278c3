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
  if (!conversation?.participants.includes(userId)) throw notParticipant();
}

/**
 * Lets pass participants and the users who are invited. All other users get the same answer, whether or not the conversation
 * exists.
 *
 * @throws VestnikError `forbidden`
 */
export function requireInvited(
  conversation: Conversation | undefined,
  userId: number,
): asserts conversation is Conversation {
  if (conversation && isInvited(conversation, userId)) return;
  requireParticipant(conversation, userId);
}

/** Returns whether a user is invited into a conversation. */
export function isInvited({ invited = [] }: Conversation, userId: number): boolean {
  return invited.some(({ user_id }) => user_id === userId);
}

function notParticipant(): VestnikError {
  return new VestnikError('forbidden', 'Not a participant of this conversation');
}
