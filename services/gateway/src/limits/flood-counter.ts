/** The frames of so many seconds are counted together. */
const SECONDS = 5;
/** A session floods with so many times the rate of a user. */
const FLOOD_FACTOR = 20;
/** Timers and networks are not exact, and the newest second is not over: this part of the frames is enough. */
const TOLERANCE = 0.8;

/** Detects a session that floods: 20 times the rate of a user, for 5 s. Counts second by second. */
export class FloodCounter {
  readonly #limit: number;
  readonly #counts: number[] = Array.from({ length: SECONDS }, () => 0);
  #second: number;

  /** `perSecond` is the rate of a user. With Infinity no session ever floods. */
  constructor(perSecond: number, now: number) {
    this.#limit = perSecond * FLOOD_FACTOR * SECONDS * TOLERANCE;
    this.#second = Math.floor(now / 1_000);
  }

  /** Counts one more frame, and returns true when the session floods. */
  isFlooded(now: number): boolean {
    const second = Math.floor(now / 1_000);
    const passed = Math.min(SECONDS, Math.max(0, second - this.#second));
    for (let back = 0; back < passed; back += 1) this.#counts[(second - back) % SECONDS] = 0;
    this.#second = Math.max(second, this.#second);
    this.#counts[this.#second % SECONDS] = (this.#counts[this.#second % SECONDS] ?? 0) + 1;
    return this.#counts.reduce((sum, count) => sum + count, 0) >= this.#limit;
  }
}
