import { VestnikError } from '@vestnik/contracts';

/** Returns the one refusal for a conversation that a user may not see, whether or not it exists. */
export function forbidden(): VestnikError {
  return new VestnikError('forbidden', 'You are not a participant of this conversation');
}

/**
 * Makes sure that a user is the sender of a message.
 *
 * @throws VestnikError `forbidden`
 */
export function requireSender({ sender_id }: { sender_id: number }, userId: number): void {
  if (sender_id !== userId) throw new VestnikError('forbidden', 'Only its sender may change a message');
}
