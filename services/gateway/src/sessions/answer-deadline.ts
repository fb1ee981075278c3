import { VestnikError } from '@vestnik/contracts';

/** Longest that a client waits for an answer, in milliseconds: no request hangs past five seconds, whatever is away. */
const ANSWER_WITHIN_MS = 4_800;

/**
 * The result of `work`, if it comes in time. Work that takes longer goes on: as after any `unavailable`, what was asked
 * for may have happened.
 *
 * @throws VestnikError `unavailable` when it does not come in time.
 */
export function withinDeadline<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new VestnikError('unavailable', 'This takes too long just now', { retryAfterSeconds: 1 })),
      ANSWER_WITHIN_MS,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
