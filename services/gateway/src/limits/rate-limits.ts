import { VestnikError } from '@vestnik/contracts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** The decision about one more frame. */
export type FrameVerdict = 'pass' | 'refuse' | 'close';

/** The rates that this gateway allows. Each gateway process counts for itself. */
export interface RateLimits {
  /**
   * Counts one more frame of a user, and of its socket where sockets have a rate of their own. The frame passes, is refused
   * with `rate_limited`, or closes its socket because the rate is far exceeded.
   */
  takeFrame(userId: number, ofSocket: TokenBucket | undefined): FrameVerdict;
  /** Creates the bucket of one socket, beside that of its user; undefined when sockets have no rate of their own. */
  bucketOfSocket(): TokenBucket | undefined;
  /** Counts one more REST request of a user. Returns 0, or the whole seconds after which the user may try again. */
  takeRequest(userId: number): number;
  /** Charges a request that has passed for its participants: a large group costs conversations more than a small one. */
  chargeParticipants(userId: number, participants: number): void;
  /** Returns the refusal of an address with too many refused tokens in the last minute; undefined for other addresses. */
  refusal(address: string): VestnikError | undefined;
  /** Counts a refused token of an address. */
  noteRefusedToken(address: string): void;
  stop(): void;
}

/** The rates, each Infinity when switched off. */
export interface Rates {
  framesPerSecond: number;
  framesBurst: number;
  requestsPerSecond: number;
  requestsBurst: number;
  /** Frames of one socket, beside the frames of its user through all sockets. */
  socketFramesPerSecond: number;
  socketFramesBurst: number;
  /** Refused tokens of one address in a minute. */
  refusedTokensPerMinute: number;
}

/** The refused tokens of an address within the minute that began with the first of them. */
interface Guesses {
  count: number;
  /** In milliseconds of `performance.now`, a clock that is never set. */
  readonly until: number;
}

/** How often buckets that are full again and minutes that are over are dropped, in milliseconds. */
const SWEEP_INTERVAL_MS = 30_000;
const MINUTE_MS = 60_000;
/** So many participants count as one request more. */
const PARTICIPANTS_OF_A_REQUEST = 50;

/** Creates the rate limits of one gateway. */
export function createRateLimits(limits: Rates): RateLimits {
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
    chargeParticipants: (userId, participants) =>
      requests.get(userId)?.spend(Math.floor(participants / PARTICIPANTS_OF_A_REQUEST)),
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
