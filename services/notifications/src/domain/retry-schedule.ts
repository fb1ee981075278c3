/** The wait after the first failure, in seconds; every further one is twice the one before. */
const FIRST_DELAY_SECONDS = 2;

/** Attempts before a push is given up: the last is some 18 hours after the first. */
export const MAX_ATTEMPTS = 16;

/**
 * Seconds to wait after the `failures`th failed attempt (counted from 1); undefined when the push is given up. No
 * random part: what comes back together is spread by the limit on what is under way to one device.
 */
export function retryDelaySeconds(failures: number): number | undefined {
  return failures < MAX_ATTEMPTS ? FIRST_DELAY_SECONDS * 2 ** (failures - 1) : undefined;
}
