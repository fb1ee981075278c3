import { type ErrorBody, VestnikError } from '@vestnik/contracts';

/** A frame as a client sent it: well formed, its event and data not yet looked at. */
export interface ClientFrame {
  /** Names the reply; without it there is none. */
  id: number | string | undefined;
  event: string;
  data: unknown;
}

/** A frame that cannot be answered, because it is no frame: the socket is closed with 4400. */
export const MALFORMED = Symbol('malformed');

/** Reads a text frame. */
export function readFrame(text: string): ClientFrame | typeof MALFORMED {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return MALFORMED;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return MALFORMED;
  const { id, event, data } = value as Record<string, unknown>;
  if (typeof event !== 'string') return MALFORMED;
  if (id !== undefined && typeof id !== 'number' && typeof id !== 'string')
    return { id: undefined, event, data: BAD_ID };
  return { id, event, data };
}

const BAD_ID = Symbol('bad id');

/**
 * Refuses a frame whose `id` is neither number nor string.
 *
 * @throws VestnikError `bad_request`.
 */
export function assertId(frame: ClientFrame): void {
  if (frame.data === BAD_ID) throw new VestnikError('bad_request', 'id: must be a number or a string');
}

/** The reply to a frame that gave an `id`. */
export function replyFrame(id: number | string, data: unknown): string {
  return JSON.stringify({ id, ok: true, data });
}

/** The refusal of a frame: a reply where an `id` was given, the event `error` otherwise. */
export function errorFrame(id: number | string | undefined, error: ErrorBody): string {
  return id === undefined ? JSON.stringify({ event: 'error', data: error }) : JSON.stringify({ id, ok: false, error });
}
