import { VestnikError } from '@vestnik/contracts';
import type { GatewayLimits } from '../config.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** What becomes of one more frame. */
export type FrameVerdict = 'pass' | 'refuse' | 'close';

/** The rates that this gateway allows; counted per gateway process. */
export interface RateLimits {
  /**
   * One more frame of a user, through a socket that may have a rate of its own: passes, is refused with `rate_limited`, or
   * is so far beyond that the socket closes.
   */
  takeFrame(userId: number, ofSocket: TokenBucket | undefined): FrameVerdict;
  /** The frames that one socket may send, whatever its user may; undefined when nothing is set. */
  bucketOfSocket(): TokenBucket | undefined;
  /** One more REST request of a user: 0, or the whole seconds after which it may come again. */
  takeRequest(userId: number): number;
  /** A request that passed costs its user as much as so many more. */
  chargeRequest(userId: number, requests: number): void;
  /** Why an address is not listened to: too many of its tokens were refused within the last minute. Undefined when it is. */
  refusal(address: string): VestnikError | undefined;
  /** Notes that a token from an address was refused. */
  noteRefusedToken(address: string): void;
  stop(): void;
}

/** The refused tokens of an address, counted from the first one on until a minute is over. */
interface Guesses {
  count: number;
  /** In milliseconds of `performance.now`, which no setting of the clock moves. */
  readonly until: number;
}

/** Buckets that are full again and minutes that are over are forgotten this often, in milliseconds. */
const SWEEP_INTERVAL_MS = 30_000;
const MINUTE_MS = 60_000;

/** Creates the rate limits of one gateway. */
export function createRateLimits(limits: GatewayLimits): RateLimits {
  const frames = new Map<number, TokenBucket>();
  const requests = new Map<number, TokenBucket>();
  const guesses = new Map<string, Guesses>();

  const bucketOf = (buckets: Map<number, TokenBucket>, userId: number, perSecond: number, burst: number) => {
    let bucket = buckets.get(userId);
    if (!bucket) {
      bucket = createTokenBucket(perSecond, burst, Date.now());
      buckets.set(userId, bucket);
    }
    return bucket;
  };

  const sweeper = setInterval(() => {
    const now = Date.now();
    for (const buckets of [frames, requests]) {
      for (const [userId, bucket] of buckets) if (bucket.isFull(now)) buckets.delete(userId);
    }
    for (const [address, { until }] of guesses) if (until <= performance.now()) guesses.delete(address);
  }, SWEEP_INTERVAL_MS);

  return {
    bucketOfSocket: () =>
      limits.socketFramesPerSecond === Number.POSITIVE_INFINITY
        ? undefined
        : createTokenBucket(limits.socketFramesPerSecond, limits.socketFramesBurst, Date.now()),
    takeFrame(userId, ofSocket) {
      if (ofSocket && ofSocket.take(Date.now()) > 0) {
        return ofSocket.refused() > limits.socketFramesBurst ? 'close' : 'refuse';
      }
      const bucket = bucketOf(frames, userId, limits.framesPerSecond, limits.framesBurst);
      if (bucket.take(Date.now()) === 0) return 'pass';
      return bucket.refused() > limits.framesBurst ? 'close' : 'refuse';
    },
    takeRequest(userId) {
      const bucket = bucketOf(requests, userId, limits.requestsPerSecond, limits.requestsBurst);
      return Math.ceil(bucket.take(Date.now()));
    },
    chargeRequest: (userId, cost) => requests.get(userId)?.spend(cost),
    refusal(address) {
      const known = guesses.get(address);
      if (!known || known.count < limits.refusedTokensPerMinute) return undefined;
      const leftMs = known.until - performance.now();
      if (leftMs <= 0) return undefined;
      return new VestnikError('rate_limited', 'Too many refused tokens from this address', {
        retryAfterSeconds: Math.ceil(leftMs / 1_000),
      });
    },
    noteRefusedToken(address) {
      const now = performance.now();
      const known = guesses.get(address);
      if (known && known.until > now) known.count += 1;
      else guesses.set(address, { count: 1, until: now + MINUTE_MS });
    },
    stop: () => clearInterval(sweeper),
  };
}
