import { VestnikError } from '@vestnik/contracts';

/** Keeps the order of changes: those of one thing run one after the other, those of different things side by side. */
export interface OrderedChanges {
  /**
   * Runs a change of a thing when all earlier changes of that thing are done, whether or not they succeeded.
   *
   * @throws VestnikError `unavailable` when the change could not begin in time, and so has not happened; what it throws.
   */
  run<Result>(thing: string, change: () => Promise<Result>): Promise<Result>;
  /** Returns how many things have a change that waits or is under way. */
  size(): number;
}

/** How long a change may wait for those before it, in milliseconds. Its client gets an answer within 5 s in any case. */
const MAX_WAIT_MS = 4_500;

/** Creates the order of the changes of one gateway. Nothing is kept for a thing without a change under way. */
export function createOrderedChanges(maxWaitMs = MAX_WAIT_MS): OrderedChanges {
  /** For each thing, the end of its newest change. */
  const ends = new Map<string, Promise<void>>();

  return {
    run(thing, change) {
      const before = ends.get(thing);
      const latest = performance.now() + maxWaitMs;
      const result = before
        ? before.then(() => {
            if (performance.now() > latest) throw tooLate();
            return change();
          })
        : change();
      const end: Promise<void> = result
        .then(
          () => undefined,
          () => undefined,
        )
        .then(() => {
          if (ends.get(thing) === end) ends.delete(thing);
        });
      ends.set(thing, end);
      return result;
    },
    size: () => ends.size,
  };
}

function tooLate(): VestnikError {
  return new VestnikError('unavailable', 'Too many changes of the same thing wait', { retryAfterSeconds: 1 });
}
