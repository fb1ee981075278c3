import type { Limits } from '../config.ts';

/**
 * Bytes of the request line and the headers of one request, on both ports. Cookies and tokens of single sign-on may take
 * 16 KiB, and a query may name a thousand ids of sixteen digits.
 */
export const MAX_HEADER_BYTES = 32_768;

/**
 * A socket that sends nothing, not even pongs, for this long is dead, in seconds. uWebSockets sends a ping 8 s before.
 * It counts in steps of 4 s, and takes multiples of 4.
 */
export const IDLE_TIMEOUT_SECONDS = 28;
/** Engine.IO sends a ping this often, in milliseconds, and takes a client without a pong within the second time for dead. */
export const ENGINE_PING_INTERVAL_MS = 15_000;
export const ENGINE_PING_TIMEOUT_MS = 10_000;

/** A client is cut off when so many times the allowed backlog waits for it. */
const CUT_FACTOR = 16;
/** uWebSockets counts the backlog in 32 bits, and takes 0 for no limit. */
const MAX_BACKPRESSURE = 2 ** 31;

/** uWebSockets counts frame lengths in 31 bits. */
const MAX_FRAME = 2 ** 30;

/**
 * Returns the bytes that may wait for a slow reader at the very most. Beyond that uWebSockets cuts the connection without a
 * close frame. Before it comes to that, `Sessions` closes the socket in order, behind its backlog. 0 stands for no limit.
 */
export function maxBackpressure({ backlogBytes }: Limits): number {
  return backlogBytes === Number.POSITIVE_INFINITY ? 0 : Math.min(CUT_FACTOR * backlogBytes, MAX_BACKPRESSURE);
}

/** Returns the bytes of the longest frame that a transport lets through. */
export function maxFrameBytes(limits: Limits): number {
  return Math.min(limits.frameBytes, MAX_FRAME);
}
