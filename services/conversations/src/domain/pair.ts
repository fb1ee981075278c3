import { VestnikError } from '@vestnik/contracts';

/** The two people of a direct conversation, in the one order in which the database knows them. */
export interface Pair {
  low: number;
  high: number;
}

/**
 * The pair of two people, the same whichever of them asks.
 *
 * @throws VestnikError `invalid` for a pair of one.
 */
export function pairOf(userId: number, participantId: number): Pair {
  if (userId === participantId) {
    throw new VestnikError('invalid', 'A direct conversation is between two different people');
  }
  return { low: Math.min(userId, participantId), high: Math.max(userId, participantId) };
}
