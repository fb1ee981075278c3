import type { Limits } from '../config.ts';

/** A socket that sends nothing, not even pongs, for this long is gone, in seconds. */
export const IDLE_TIMEOUT_SECONDS = 60;

/** A reader is cut off when so many times more waits for it than may. */
const CUT_FACTOR = 16;
/** uWebSockets counts what waits in 32 bits, and takes 0 for no limit. */
const MAX_BACKPRESSURE = 2 ** 31;

/** uWebSockets counts frame lengths in 31 bits. */
const MAX_FRAME = 2 ** 30;

/**
 * Bytes that may wait for a slow reader at the very most: then the connection is cut without a word. Before it comes
 * to that the reader is closed in order, behind what waits for it, by `Sessions`. 0 stands for no limit.
 */
export function maxBackpressure({ backlogBytes }: Limits): number {
  return backlogBytes === Number.POSITIVE_INFINITY ? 0 : Math.min(CUT_FACTOR * backlogBytes, MAX_BACKPRESSURE);
}

/** Bytes of the longest frame that a transport lets through. */
export function maxFrameBytes(limits: Limits): number {
  return Math.min(limits.frameBytes, MAX_FRAME);
}
