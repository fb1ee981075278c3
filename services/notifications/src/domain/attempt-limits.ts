/** How many attempts one instance makes at the same time. */
export interface AttemptLimits {
  total: number;
  perUser: number;
  perDevice: number;
}

/** The limits of devices that answer in time. */
export const REGULAR_LIMITS: AttemptLimits = { total: 128, perUser: 8, perDevice: 4 };

/**
 * The limits of isolated devices, as a bulkhead. An attempt at such a device may last as long as an attempt can. These
 * attempts use slots of their own and take none from the devices that answer.
 */
export const ISOLATED_LIMITS: AttemptLimits = { total: 32, perUser: 2, perDevice: 1 };

/** Milliseconds for an answer. A device that took longer is isolated, like a device whose last attempt failed. */
const SLOW_MS = 3_000;

/** Returns whether an attempt took so long that its device is isolated, although the push arrived. */
export function isSlow(durationMs: number): boolean {
  return durationMs > SLOW_MS;
}
