import { VestnikError } from '@vestnik/contracts';

/** Sockets of one user on this gateway, through any door. */
export interface Seats {
  /**
   * Takes one of the user's; the returned function gives it back, once.
   *
   * @throws VestnikError `rate_limited` when the user has as many as one may.
   */
  take(userId: number): () => void;
}

/** A user who closes another socket may come at once, but nobody is waited for. */
const RETRY_AFTER_SECONDS = 60;

/** Creates the seats of one gateway, `perUser` for each. */
export function createSeats(perUser: number): Seats {
  const taken = new Map<number, number>();
  return {
    take(userId) {
      const count = taken.get(userId) ?? 0;
      if (count >= perUser) {
        throw new VestnikError('rate_limited', 'Too many sockets of this user', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      taken.set(userId, count + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const left = (taken.get(userId) ?? 1) - 1;
        if (left > 0) taken.set(userId, left);
        else taken.delete(userId);
      };
    },
  };
}
