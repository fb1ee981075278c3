import { VestnikError } from '@vestnik/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';
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
  /** Why an address is not listened to: too many of its tokens were refused within the last minute. Undefined when it is. */
  refusal(address: string): VestnikError | undefined;
  /** Notes that a token from an address was refused. */
  noteRefusedToken(address: string): void;
  stop(): void;
}

/** Buckets that are full again are forgotten this often, in milliseconds. */
const SWEEP_INTERVAL_MS = 30_000;
/** Refused tokens are counted over this; a blocked address that comes back after it is surely free again. */
const MINUTE_SECONDS = 60;

/** Creates the rate limits of one gateway. */
export function createRateLimits(limits: GatewayLimits): RateLimits {
  const frames = new Map<number, TokenBucket>();
  const requests = new Map<number, TokenBucket>();
  const refusedTokens =
    limits.refusedTokensPerMinute === Number.POSITIVE_INFINITY
      ? undefined
      : new RateLimiterMemory({ points: limits.refusedTokensPerMinute, duration: MINUTE_SECONDS });
  /** Until when addresses are blocked, in milliseconds of `performance.now`. */
  const blocked = new Map<string, number>();

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
    for (const [address, until] of blocked) if (until <= performance.now()) blocked.delete(address);
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
    refusal(address) {
      if ((blocked.get(address) ?? 0) <= performance.now()) return undefined;
      return new VestnikError('rate_limited', 'Too many refused tokens from this address', {
        retryAfterSeconds: MINUTE_SECONDS,
      });
    },
    noteRefusedToken(address) {
      // Of the memory that it is kept in, a count is never refused.
      void refusedTokens?.penalty(address).then(({ consumedPoints, msBeforeNext }) => {
        if (consumedPoints >= limits.refusedTokensPerMinute) blocked.set(address, performance.now() + msBeforeNext);
      });
    },
    stop: () => clearInterval(sweeper),
  };
}
