import { VestnikError } from '@vestnik/contracts';

/**
 * Reads of one user that are under way at once; further ones wait for their turn, in order. One read may cost a hundred
 * times another, and a service answers one after the other: so whoever asks for much waits for themselves, and not all others
 * for them.
 */
export interface Turns {
  /**
   * Does the work in its turn.
   *
   * @throws VestnikError `unavailable` when that does not come in time; what the work throws.
   */
  take<Result>(userId: number, work: () => Promise<Result>): Promise<Result>;
}

const RETRY = { retryAfterSeconds: 1 };

interface Queue {
  underWay: number;
  waiting: (() => void)[];
}

/** How long a read may wait for its turn, in milliseconds: behind that there would be no time left to do it. */
const MAX_WAIT_MS = 2_000;
/** So many are enough for a client that reads its conversations side by side. */
const AT_ONCE = 4;

/** Creates the turns of one gateway. Nothing is kept for users who ask for nothing. */
export function createTurns(atOnce = AT_ONCE): Turns {
  const queues = new Map<number, Queue>();

  function leave(userId: number, queue: Queue): void {
    const next = queue.waiting.shift();
    if (next) {
      next();
      return;
    }
    queue.underWay -= 1;
    if (queue.underWay === 0) queues.delete(userId);
  }

  return {
    async take(userId, work) {
      const latest = performance.now() + MAX_WAIT_MS;
      const queue = queues.get(userId) ?? { underWay: 0, waiting: [] };
      queues.set(userId, queue);
      // Whoever leaves hands over their place, so that nobody comes in between.
      if (queue.underWay < atOnce) queue.underWay += 1;
      else await new Promise<void>((resolve) => queue.waiting.push(resolve));
      try {
        if (performance.now() > latest) throw new VestnikError('unavailable', 'Too much is asked for at once', RETRY);
        return await work();
      } finally {
        leave(userId, queue);
      }
    },
  };
}
