/** Devices that one user may register. */
export const DEVICES_PER_USER = 50;

/** Pushes that may wait for one device. The limit bounds the table and the flood when a target comes back. */
export const PENDING_PER_DEVICE = 10_000;

/**
 * Days that the record of a push is kept. The streams keep their events for fewer days: the record is how the service
 * knows a redelivered event from a new one.
 */
export const RECORD_DAYS = 30;
