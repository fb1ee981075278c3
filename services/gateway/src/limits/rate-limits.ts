import { tokensOfBytes } from './byte-cost.ts';
import { FrameMeter, type UserFrames } from './frame-meter.ts';
import type { Rates } from './rates.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** The rates that this gateway allows. Each gateway process counts for itself. */
export interface RateLimits {
  /** Creates the meter of one session, for its first frame. `close` is to be called when the session ends. */
  meter(userId: number): FrameMeter;
  /** Counts one more REST request of a user. Returns 0, or the whole seconds after which the user may try again. */
  takeRequest(userId: number): number;
  /** Charges a request that has passed for the bytes of its body. */
  chargeBytes(userId: number, bytes: number): void;
  /** Charges a frame or a request that has passed for the things that it names: many cost a service more than a few. */
  chargeItems(caller: Charged, items: number): void;
  stop(): void;
}

/** The user who pays, by the rate of frames or, without a session, of requests. */
interface Charged {
  userId: number;
  sessionId: string | undefined;
}

/** How often buckets that are full again are dropped, in milliseconds. */
const SWEEP_INTERVAL_MS = 30_000;
/** So many named things count as one frame or request more. */
const ITEMS_OF_A_TOKEN = 50;

/** Creates the rate limits of one gateway. */
export function createRateLimits(rates: Rates): RateLimits {
  const frames = new Map<number, UserFrames>();
  const requests = new Map<number, TokenBucket>();

  const sweeper = setInterval(() => {
    const now = Date.now();
    for (const [userId, { bucket, meters }] of frames) if (meters === 0 && bucket.isFull(now)) frames.delete(userId);
    for (const [userId, bucket] of requests) if (bucket.isFull(now)) requests.delete(userId);
  }, SWEEP_INTERVAL_MS);

  return {
    meter(userId) {
      let user = frames.get(userId);
      if (!user) {
        user = {
          bucket: createTokenBucket(rates.framesPerSecond, rates.framesBurst, Date.now()),
          meters: 0,
          sharedAt: -Infinity,
        };
        frames.set(userId, user);
      }
      return new FrameMeter(user, rates, Date.now());
    },
    takeRequest(userId) {
      let bucket = requests.get(userId);
      if (!bucket) {
        bucket = createTokenBucket(rates.requestsPerSecond, rates.requestsBurst, Date.now());
        requests.set(userId, bucket);
      }
      return Math.ceil(bucket.take(Date.now()));
    },
    chargeBytes: (userId, bytes) => requests.get(userId)?.spend(tokensOfBytes(bytes) - 1),
    chargeItems({ userId, sessionId }, items) {
      const bucket = sessionId === undefined ? requests.get(userId) : frames.get(userId)?.bucket;
      bucket?.spend(Math.floor(items / ITEMS_OF_A_TOKEN));
    },
    stop: () => clearInterval(sweeper),
  };
}
