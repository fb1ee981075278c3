import { VestnikError } from '@vestnik/contracts';
import type { CountRefusal } from './refusals.ts';
import { unauthorized } from './unauthorized.ts';

/**
 * Limits how many tokens of one address are refused with 401, so that no client goes on guessing. A good token passes whatever its
 * address did: many users share the address of an office. A request without a token is no guess. The tokens of `refresh_token`
 * count by user, in place of the address.
 */
export interface RefusedTokens {
  /**
   * Counts a refused token of a source (an address, or a user) and returns the error to answer with: `unauthorized`, or `rate_limited` with
   * `retryAfterSeconds` when the source had too many refused tokens within a minute.
   */
  refuse(source: string): VestnikError;
  stop(): void;
}

/** The refused tokens of a source within the minute that began with the first of them. */
interface Guesses {
  count: number;
  /** In milliseconds of `performance.now`, a clock that is never set. */
  readonly until: number;
}

const MINUTE_MS = 60_000;

/** Creates the limit of one gateway: so many refused tokens of a source in a minute. */
export function createRefusedTokens(perMinute: number, countRefusal: CountRefusal): RefusedTokens {
  const guesses = new Map<string, Guesses>();

  const sweeper = setInterval(() => {
    for (const [source, { until }] of guesses) if (until <= performance.now()) guesses.delete(source);
  }, MINUTE_MS);

  return {
    refuse(source) {
      const now = performance.now();
      let known = guesses.get(source);
      if (!known || known.until <= now) {
        known = { count: 0, until: now + MINUTE_MS };
        guesses.set(source, known);
      }
      known.count += 1;
      if (known.count <= perMinute) return unauthorized();
      countRefusal('refused_tokens');
      return new VestnikError('rate_limited', 'Too many refused tokens', {
        retryAfterSeconds: Math.ceil((known.until - now) / 1_000),
      });
    },
    stop: () => clearInterval(sweeper),
  };
}
