/** The bounds of a wait that a target asks for, in seconds. */
const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 3_600;

/**
 * Returns the seconds to wait that a header `Retry-After` asks for, within bounds: 1 s to 1 h. It is a number of seconds or
 * an HTTP date. Undefined when the header is absent or neither.
 */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now.getTime()) / 1_000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(Math.ceil(seconds), SHORTEST_SECONDS), LONGEST_SECONDS);
}
