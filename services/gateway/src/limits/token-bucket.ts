/**
 * A token bucket: `burst` calls at once, `perSecond` calls in the long run, exact to the call and without timers. Libraries
 * that count in fixed windows let twice the burst pass at the edge of a window.
 */
export interface TokenBucket {
  /**
   * Takes one token. Returns 0, or the seconds until a token will be there. The call passes also while no more than
   * `overdraft` tokens are owed.
   */
  take(nowMs: number, overdraft?: number): number;
  /** Takes the additional tokens of a call that has passed. Missing tokens are owed: the bucket goes below zero. */
  spend(tokens: number): void;
  /** Returns how many tokens are owed. */
  owed(): number;
  /** Returns true when the bucket is full again. */
  isFull(nowMs: number): boolean;
}

/** Creates a full bucket. `perSecond` or `burst` of Infinity never refuses. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: number): TokenBucket {
  return new Bucket(perSecond, burst, nowMs);
}

/** A class, because there is a bucket for every session, and each closure of an object would take memory for every one. */
class Bucket implements TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = nowMs;
  }

  take(at: number, overdraft = 0): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY || this.#burst === Number.POSITIVE_INFINITY) return 0;
    this.#fill(at);
    if (this.#tokens + overdraft < 1) return (1 - this.#tokens) / this.#perSecond;
    this.#tokens -= 1;
    return 0;
  }

  spend(tokens: number): void {
    this.#tokens -= tokens;
  }

  owed(): number {
    return Math.max(0, -this.#tokens);
  }

  isFull(at: number): boolean {
    this.#fill(at);
    return this.#tokens >= this.#burst;
  }

  #fill(at: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((at - this.#filledAt) / 1_000) * this.#perSecond);
    this.#filledAt = at;
  }
}
