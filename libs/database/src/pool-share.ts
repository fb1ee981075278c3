/** Limits how many connections of a pool one kind of work holds at once. */
export interface PoolShare {
  /**
   * Runs `work` once the share has a free place. Work gets places in the order in which it came.
   *
   * @throws Error like that of a pool without a free connection, when no place became free in time.
   */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** The shares of one pool. */
export interface PoolShares {
  reads: PoolShare;
  writes: PoolShare;
}

/** Connections that each kind of work always finds, at most. */
const RESERVED = 2;

/**
 * Divides a pool between reads and writes. Each takes up to all connections but those reserved for the other. So writes that
 * wait for locks never keep a read from its connection, and slow reads never keep a write from its own. A pool of fewer than
 * 4 connections is not divided, since a transaction may need a second connection.
 *
 * @param maxWaitMs how long work waits for a place, in milliseconds
 */
export function sharePool(poolSize: number, maxWaitMs: number): PoolShares {
  const places = poolSize - Math.min(RESERVED, Math.floor(poolSize / 4));
  return { reads: createShare(places, maxWaitMs), writes: createShare(places, maxWaitMs) };
}

function createShare(places: number, maxWaitMs: number): PoolShare {
  const waiting = new Set<() => void>();
  let held = 0;

  /** Resolves with a place. */
  function wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(take);
        reject(new Error('timeout exceeded when trying to connect'));
      }, maxWaitMs);
      waiting.add(take);
    });
  }

  /** Hands the place to the work that has waited longest. */
  function release(): void {
    const [next] = waiting;
    if (!next) {
      held -= 1;
      return;
    }
    waiting.delete(next);
    next();
  }

  return {
    async hold(work) {
      if (held < places) held += 1;
      else await wait();
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
