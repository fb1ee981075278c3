/**
 * Adaptive concurrency limit: how many sessions may open at the same time. No setting says how much load the services take,
 * but the duration of an opening shows it. The limit grows while openings are quick and falls when they take long. TCP's
 * congestion window does the same (RFC 5681). Here delay is the sign of congestion.
 */
export interface ConcurrencyLimit {
  /** Openings that may be under way at once, a whole number. */
  atOnce(): number;
  /** Openings per second that the limit comes to (Little's law). */
  perSecond(): number;
  /** Records an opening that began at `beganAt` and ended at `now`. Times are in milliseconds of one clock. */
  record(beganAt: number, now: number, succeeded: boolean): void;
}

/** The limit at the start. */
const FIRST = 64;
/** The smallest limit. Openings share trips over the bus, so that opening sessions one by one costs more in all. */
const LEAST = 16;
/** An opening within this time is quick, however long others took, in milliseconds. */
const QUICK_MS = 100;
/** An opening that takes so many times as long as the quickest of late is long. Services may be far away and idle. */
const LONG_FACTOR = 4;
/**
 * How long "of late" lasts, in milliseconds: at least this long, at most twice. It outlasts any return of all clients. With
 * a shorter memory, openings that take long for minutes would count as quick.
 */
const MEMORY_MS = 60_000;
/** Factor by which the limit falls when openings take long. */
const DECREASE = 0.7;
/** Weight of the newest opening in the mean duration. */
const WEIGHT = 0.05;
/** The mean duration assumed before the first opening, in milliseconds. */
const FIRST_GUESS_MS = 40;

/** Creates the limit of one gateway, which never exceeds `most`. */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const least = Math.min(LEAST, most);
  let limit = Math.min(FIRST, most);
  /** Below this the limit grows by one for each quick opening, which doubles it in a round; above it, by one in a round. */
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
    atOnce: () => Math.floor(limit),
    perSecond: () => (limit / meanMs) * 1_000,
    record(beganAt, now, succeeded) {
      const ms = Math.max(1, now - beganAt);
      meanMs += (ms - meanMs) * WEIGHT;
      if (succeeded) remember(ms, now);
      if (succeeded && !isLong(ms)) {
        limit = Math.min(most, limit + (limit < knownToWork ? 1 : 1 / limit));
      } else if (beganAt > decreasedAt) {
        // Openings that were under way at the last decrease do not show its effect.
        limit = Math.max(least, limit * DECREASE);
        knownToWork = limit;
        decreasedAt = now;
      }
    },
  };
}
