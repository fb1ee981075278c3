/**
 * How many sessions may open at the same time. Nobody tells the gateway what the services bear, but the time that an
 * opening takes does: so the number grows while openings are quick and falls when they take long, as TCP finds out what a
 * network bears (slow start and congestion avoidance of RFC 5681, with delay as the sign).
 */
export interface OpeningPace {
  /** Openings that may be under way at once, a whole number. */
  atOnce(): number;
  /** Openings per second that this comes to (Little's law). */
  perSecond(): number;
  /** An opening that began at `beganAt` is over. Times are in milliseconds of one clock. */
  note(beganAt: number, now: number, succeeded: boolean): void;
}

/** At once to begin with, and at the very least: openings share trips over the bus, so that one by one costs more. */
const FIRST = 64;
const LEAST = 16;
/** An opening that takes no longer is quick, whatever others took, in milliseconds. */
const QUICK_MS = 100;
/** Services that are far away are not overloaded: long is what takes so many times as long as the quickest of late. */
const LONG_FACTOR = 4;
/**
 * How long "of late" is, in milliseconds; up to twice this. It outlasts any return of all clients: else what takes long
 * for long enough would pass for quick.
 */
const MEMORY_MS = 60_000;
/** What is left of the number when openings take long. */
const DECREASE = 0.7;
/** Weight of the newest in the mean time of an opening. */
const WEIGHT = 0.05;
/** What an opening is taken to cost before one was seen, in milliseconds. */
const FIRST_GUESS_MS = 40;

/** Creates the pace of one gateway, which never exceeds `most` at once. */
export function createOpeningPace(most: number): OpeningPace {
  const least = Math.min(LEAST, most);
  let atOnce = Math.min(FIRST, most);
  /** Up to here the number grows by one for each quick opening, which doubles it in a round; then by one in a round. */
  let knownToWork = Number.POSITIVE_INFINITY;
  let meanMs = FIRST_GUESS_MS;
  let quickest = { now: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY, since: 0 };
  let decreasedAt = Number.NEGATIVE_INFINITY;

  function remember(ms: number, now: number): void {
    if (now - quickest.since > MEMORY_MS) quickest = { now: ms, before: quickest.now, since: now };
    quickest.now = Math.min(quickest.now, ms);
  }

  const isLong = (ms: number) => ms > QUICK_MS && ms > LONG_FACTOR * Math.min(quickest.now, quickest.before);

  return {
    atOnce: () => Math.floor(atOnce),
    perSecond: () => (atOnce / meanMs) * 1_000,
    note(beganAt, now, succeeded) {
      const ms = Math.max(1, now - beganAt);
      meanMs += (ms - meanMs) * WEIGHT;
      if (succeeded) remember(ms, now);
      if (succeeded && !isLong(ms)) {
        atOnce = Math.min(most, atOnce + (atOnce < knownToWork ? 1 : 1 / atOnce));
      } else if (beganAt > decreasedAt) {
        // Those that were under way at the last decrease say nothing about what came of it.
        atOnce = Math.max(least, atOnce * DECREASE);
        knownToWork = atOnce;
        decreasedAt = now;
      }
    },
  };
}
