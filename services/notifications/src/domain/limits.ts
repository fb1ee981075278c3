/** Devices that one user may register. */
export const DEVICES_PER_USER = 50;

/** Pushes that may wait for one device: a target that is away for hours is not flooded, nor is the queue. */
export const PENDING_PER_DEVICE = 10_000;

/**
 * Days that the record of a push is kept. It must be more than the stream keeps its events, because the record is what
 * tells a redelivered event from a new one.
 */
export const RECORD_DAYS = 30;
