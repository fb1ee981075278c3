import { FloodCounter } from './flood-counter.ts';
import type { Rates } from './rates.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** The frames of one user, through all sessions. */
export interface UserFrames {
  readonly bucket: TokenBucket;
  /** Sessions of the user that have sent a frame. */
  meters: number;
  /** The last frame at which the user had several such sessions, ms. */
  sharedAt: number;
}

/** The decision about one more frame. */
export type FrameVerdict = 'pass' | 'refuse' | 'close';

/** A session is modest up to the user's rate and burst, divided by this. */
const SHARE = 2;
/** Modest sessions may overdraw the rate by the burst, divided by this. */
const OVERDRAFT = 10;

/**
 * Counts the frames of one session. All sessions of a user share one rate. A session within its share of that rate may
 * overdraw the rate while another session takes all of it, and until the rate has recovered from that session. So a
 * flooding device does not silence a quiet one.
 * A class, because it stays for as long as the session, and each closure of an object would take memory for every one.
 */
export class FrameMeter {
  readonly #user: UserFrames;
  /** The session's share of the user's rate. */
  readonly #share: TokenBucket;
  /** The rate of the socket itself; undefined when sockets have none. */
  readonly #own: TokenBucket | undefined;
  /** Undefined until a frame of the session is refused: only a session beyond the rate can flood. */
  #flood: FloodCounter | undefined;
  readonly #rates: Rates;
  /** Frames of this session that were refused since one passed. */
  #refused = 0;

  constructor(user: UserFrames, rates: Rates, now: number) {
    this.#user = user;
    this.#rates = rates;
    this.#share = createTokenBucket(rates.framesPerSecond / SHARE, rates.framesBurst / SHARE, now);
    this.#own =
      rates.socketFramesPerSecond === Number.POSITIVE_INFINITY
        ? undefined
        : createTokenBucket(rates.socketFramesPerSecond, rates.socketFramesBurst, now);
    user.meters += 1;
  }

  /**
   * Counts one more frame, which costs so many tokens. It passes, is refused with `rate_limited`, or closes the session: after
   * a burst of frames that were all refused, or after seconds of many times the rate. A frame that passes may cost more than
   * is left: the next frames wait for what it owes.
   */
  take(now: number, tokens = 1): FrameVerdict {
    if (this.#flood?.isFlooded(now)) return 'close';
    const { bucket } = this.#user;
    const isModest = this.#share.take(now) === 0;
    if (this.#own && this.#own.take(now) > 0) return this.#refuse(this.#rates.socketFramesBurst, now);
    const overdraft = isModest && this.#isShared(now) ? this.#rates.framesBurst / OVERDRAFT : 0;
    if (bucket.take(now, overdraft) > 0) return this.#refuse(this.#rates.framesBurst, now);
    this.#refused = 0;
    if (tokens > 1) this.charge(tokens - 1);
    return 'pass';
  }

  /** Takes further tokens for a frame that has passed. */
  charge(tokens: number): void {
    this.#share.spend(tokens);
    this.#own?.spend(tokens);
    this.#user.bucket.spend(tokens);
  }

  /** The session has ended. */
  close(): void {
    this.#user.meters -= 1;
  }

  /** Returns true while other sessions of the user spend the rate, and for as long as an empty rate needs to recover. */
  #isShared(now: number): boolean {
    const user = this.#user;
    if (user.meters > 1) user.sharedAt = now;
    return now - user.sharedAt < (this.#rates.framesBurst / this.#rates.framesPerSecond) * 1_000;
  }

  #refuse(burst: number, now: number): FrameVerdict {
    this.#flood ??= new FloodCounter(this.#rates.framesPerSecond, now);
    this.#refused += 1;
    return this.#refused > burst ? 'close' : 'refuse';
  }
}
