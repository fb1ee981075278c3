import type { GatewayLimits } from '../config.ts';

/** A socket that sends nothing, not even pongs, for this long is gone, in seconds. */
export const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Bytes that may wait for a slow reader at the very most: then the connection is cut without a word. Before it comes
 * to that the reader is closed in order, behind what waits for it, by `Sessions`.
 */
export const MAX_BACKPRESSURE = 16 * 1024 * 1024;

/** uWebSockets counts frame lengths in 31 bits. */
const MAX_FRAME = 2 ** 30;

/** Bytes of the longest frame that a transport lets through. */
export function maxFrameBytes(limits: GatewayLimits): number {
  return Math.min(limits.frameBytes, MAX_FRAME);
}
