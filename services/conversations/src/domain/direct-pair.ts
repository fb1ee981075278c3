import { VestnikError } from '@vestnik/contracts';

/** The two users of a direct conversation, in the one order in which the database keeps them. */
export interface DirectPair {
  low: number;
  high: number;
}

/**
 * Returns the pair of two users, the same whichever of them asks.
 *
 * @throws VestnikError `invalid` for one user twice.
 */
export function pairOf(userId: number, participantId: number): DirectPair {
  if (userId === participantId) {
    throw new VestnikError('invalid', 'A direct conversation is between two different people');
  }
  return { low: Math.min(userId, participantId), high: Math.max(userId, participantId) };
}
