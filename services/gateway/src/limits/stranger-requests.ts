import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/**
 * The rate of requests without a good token, for each address. The gateway takes it before anything else of such a request
 * costs. A request with a good token does not count.
 */
export interface StrangerRequests {
  /**
   * Counts one more request of an address. Returns how many milliseconds it waits for its turn, 0 for none; undefined when it
   * would wait for too long.
   */
  take(address: string): number | undefined;
  /** Takes back a request that turned out to be of a user with a good token. */
  giveBack(address: string): void;
  stop(): void;
}

/** The rate of one address. */
export interface StrangerLimits {
  strangerRequestsPerSecond: number;
  strangerRequestsBurst: number;
}

/** A request waits this long for its turn at most, in seconds: the page of a messenger asks for several files at once. */
const MAX_WAIT_SECONDS = 2;
/** How often buckets that are full again are dropped, in milliseconds. */
const SWEEP_INTERVAL_MS = 10_000;

/** Creates the rate of one gateway. */
export function createStrangerRequests({
  strangerRequestsPerSecond,
  strangerRequestsBurst,
}: StrangerLimits): StrangerRequests {
  const buckets = new Map<string, TokenBucket>();

  const sweeper = setInterval(() => {
    const now = Date.now();
    for (const [address, bucket] of buckets) if (bucket.isFull(now)) buckets.delete(address);
  }, SWEEP_INTERVAL_MS);

  return {
    take(address) {
      const now = Date.now();
      let bucket = buckets.get(address);
      if (!bucket) {
        bucket = createTokenBucket(strangerRequestsPerSecond, strangerRequestsBurst, now);
        buckets.set(address, bucket);
      }
      if (bucket.take(now, strangerRequestsPerSecond * MAX_WAIT_SECONDS) > 0) return undefined;
      return (bucket.owed() / strangerRequestsPerSecond) * 1_000;
    },
    giveBack: (address) => buckets.get(address)?.spend(-1),
    stop: () => clearInterval(sweeper),
  };
}
