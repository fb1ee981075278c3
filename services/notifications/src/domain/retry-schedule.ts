/** The wait after the first failure, in seconds. Every further wait is twice the one before. */
const FIRST_DELAY_SECONDS = 2;

/** Attempts before a push is given up: the last one is some 18 hours after the first. */
export const MAX_ATTEMPTS = 16;

/**
 * Returns the seconds to wait after the `failures`th failed attempt (counted from 1); undefined when the push is given
 * up. The delay has no random part: the limit of attempts per device spreads pushes that are due together.
 */
export function retryDelaySeconds(failures: number): number | undefined {
  return failures < MAX_ATTEMPTS ? FIRST_DELAY_SECONDS * 2 ** (failures - 1) : undefined;
}
