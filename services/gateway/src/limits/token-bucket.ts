/**
 * A token bucket: `burst` calls at once, `perSecond` calls in the long run, exact to the call and without timers. Libraries
 * that count in fixed windows let twice the burst pass at the edge of a window.
 */
export interface TokenBucket {
  /** Takes one token; returns 0, or the seconds until one will be there. */
  take(nowMs: number): number;
  /** Takes the additional tokens of a call that has passed. Missing tokens are owed: the bucket goes below zero. */
  spend(tokens: number): void;
  /** Returns the calls that were refused since a call last passed. */
  refused(): number;
  /** True when the bucket is full again. */
  isFull(nowMs: number): boolean;
}

/** Creates a full bucket. `perSecond` or `burst` of Infinity never refuses. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: number): TokenBucket {
  let tokens = burst;
  let filledAt = nowMs;
  let refused = 0;

  const fill = (at: number) => {
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond);
    filledAt = at;
  };

  return {
    take(at) {
      if (perSecond === Number.POSITIVE_INFINITY || burst === Number.POSITIVE_INFINITY) return 0;
      fill(at);
      if (tokens < 1) {
        refused += 1;
        return (1 - tokens) / perSecond;
      }
      tokens -= 1;
      refused = 0;
      return 0;
    },
    spend(cost) {
      tokens -= cost;
    },
    refused: () => refused,
    isFull(at) {
      fill(at);
      return tokens >= burst;
    },
  };
}
