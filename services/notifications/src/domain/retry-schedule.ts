import type { DeviceState } from '@vestnik/contracts';

/** The wait after the first failure, in seconds. Every further wait is twice the one before. */
const FIRST_DELAY_SECONDS = 2;

/** Attempts before a push is given up: the last one is some 18 hours after the first. */
export const MAX_ATTEMPTS = 16;

/** A target may put a push off for this long, in seconds. */
const PUT_OFF_SECONDS = 86_400;

/**
 * Returns the seconds to wait after the `failures`th failed attempt (counted from 1); undefined when the push is given
 * up. The delay has no random part: the limit of attempts per device spreads pushes that are due together.
 */
export function retryDelaySeconds(failures: number): number | undefined {
  return failures < MAX_ATTEMPTS ? FIRST_DELAY_SECONDS * 2 ** (failures - 1) : undefined;
}

/** The facts about a push whose attempt failed. */
export interface FailedPush {
  /** Attempts that failed before this one. */
  attempts: number;
  /** Seconds since the push was recorded. */
  age_seconds: number;
  device_state: DeviceState | null;
}

/**
 * Returns when a failed attempt is made again; undefined when the push is given up. A target that asks for a wait gets it:
 * the attempt is put off and does not count, for a day at most. A push to a suspended device has one attempt.
 */
export function retryAfter(
  push: FailedPush,
  { retryAfterSeconds }: { retryAfterSeconds?: number | undefined },
): { seconds: number; putOff: boolean } | undefined {
  if (retryAfterSeconds !== undefined && push.age_seconds < PUT_OFF_SECONDS) {
    return { seconds: retryAfterSeconds, putOff: true };
  }
  if (push.device_state === 'suspended') return undefined;
  const seconds = retryDelaySeconds(push.attempts + 1);
  return seconds === undefined ? undefined : { seconds, putOff: false };
}
