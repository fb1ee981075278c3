import { VestnikError } from '@vestnik/contracts';
import type { CountRefusal } from './refusals.ts';

/** Limits the sockets that one user may have on this gateway, through all doors. */
export interface SocketLimit {
  /**
   * Counts one more socket of a user.
   *
   * @throws VestnikError `rate_limited` with `retryAfterSeconds` when the user has as many sockets as a user may have.
   */
  take(userId: number): void;
  /** Stops counting a socket that was taken. */
  release(userId: number): void;
}

/** The user may come back as soon as another socket closes, which the gateway cannot foresee. */
const RETRY_AFTER_SECONDS = 60;

/** Creates the limit of one gateway: `perUser` sockets for each user. */
export function createSocketLimit(perUser: number, countRefusal: CountRefusal): SocketLimit {
  const counts = new Map<number, number>();
  return {
    take(userId) {
      const count = counts.get(userId) ?? 0;
      if (count >= perUser) {
        countRefusal('sockets');
        throw new VestnikError('rate_limited', 'Too many sockets of this user', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      counts.set(userId, count + 1);
    },
    release(userId) {
      const left = (counts.get(userId) ?? 1) - 1;
      if (left > 0) counts.set(userId, left);
      else counts.delete(userId);
    },
  };
}
