/** How many attempts one instance has under way at once. */
export interface Share {
  /** In all. */
  slots: number;
  /** For the devices of one user. */
  ofUser: number;
  ofDevice: number;
}

/** What devices share that answer as they should. */
export const STEADY: Share = { slots: 128, ofUser: 8, ofDevice: 4 };

/**
 * What faltering devices share, apart from the others: an attempt at one may take as long as an attempt can, so however
 * many there are, they take nothing from those that answer.
 */
export const FALTERING: Share = { slots: 32, ofUser: 2, ofDevice: 1 };

/** Milliseconds for an answer; a device that took longer falters, as one whose last attempt failed does. */
const PATIENCE_MS = 3_000;

/** Whether an attempt that arrived shows its device to falter. */
export function isSlow(durationMs: number): boolean {
  return durationMs > PATIENCE_MS;
}
