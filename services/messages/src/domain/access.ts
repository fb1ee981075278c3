import { VestnikError } from '@vestnik/contracts';

/** The one answer to who asks for what they may not see, whether or not it exists. */
export function forbidden(): VestnikError {
  return new VestnikError('forbidden', 'You are not a participant of this conversation');
}

/**
 * Lets only the sender of a message on.
 *
 * @throws VestnikError `forbidden`
 */
export function requireSender({ sender_id }: { sender_id: number }, userId: number): void {
  if (sender_id !== userId) throw new VestnikError('forbidden', 'Only its sender may change a message');
}
