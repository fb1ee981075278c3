import { VestnikError } from '@vestnik/contracts';

/** Sockets of one user on this gateway, through any door. */
export interface Seats {
  /**
   * Takes one of the user's.
   *
   * @throws VestnikError `rate_limited` when the user has as many as one may.
   */
  take(userId: number): void;
  /** Gives back one that was taken. */
  leave(userId: number): void;
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
    },
    leave(userId) {
      const left = (taken.get(userId) ?? 1) - 1;
      if (left > 0) taken.set(userId, left);
      else taken.delete(userId);
    },
  };
}
