import { type ErrorDetails, VestnikError } from '../errors.ts';

/** The next step of a client whose socket has closed. */
export type Next =
  /** Connect again after a random time between these, in ms. */
  | { wait: [least: number, most: number] }
  /** Connect again with another token. */
  | { renew: true }
  /** Give up: the client does something wrong. */
  | { stop: VestnikError };

const MINUTE_MS = 60_000;

const stop = (message: string, details?: ErrorDetails): Next => ({
  stop: new VestnikError('bad_request', message, details),
});

/**
 * Returns what to do after a close code. `failures`: how many times in a row the line was lost before it was live. Waits have
 * full jitter, so that clients that lost one gateway do not come back together.
 */
export function afterClose(code: number, failures: number): Next {
  const doubling: Next = { wait: [0, Math.min(MINUTE_MS, 500 * 2 ** failures)] };
  switch (code) {
    case 4400:
      return stop('the server calls a frame malformed');
    case 4401:
      return { renew: true };
    case 4408:
      return failures === 0 ? { wait: [0, 100] } : doubling;
    case 4429:
      return { wait: [MINUTE_MS, 1.5 * MINUTE_MS] };
    case 1012:
      return failures === 0 ? { wait: [0, 5_000] } : doubling;
    case 1013:
      return { wait: [0, Math.min(MINUTE_MS, 2_000 * 2 ** failures)] };
    default:
      return doubling;
  }
}

/** Returns a random time of a span, in ms. */
export const within = ([least, most]: [number, number]) => least + Math.random() * (most - least);
