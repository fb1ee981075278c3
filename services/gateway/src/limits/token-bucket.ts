/**
 * A token bucket: `burst` at once, `perSecond` in the long run, exact to the call and without timers. The usual
 * libraries count in fixed windows, which let twice the burst through at a window's edge.
 */
export interface TokenBucket {
  /** Takes one token; returns 0, or the seconds until one will be there. */
  take(nowMs: number): number;
  /** Takes as many tokens as something that has passed costs besides; what is not there is owed. */
  spend(tokens: number): void;
  /** Calls refused since a token was last there. */
  refused(): number;
  /** True when nobody used the bucket for so long that it is full again. */
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
