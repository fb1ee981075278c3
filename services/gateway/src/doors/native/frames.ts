import type { ErrorBody } from '@vestnik/contracts';

/** What a client asks for, freed of its door's framing; event and data are not yet looked at. */
export interface ClientFrame {
  event: string;
  data: unknown;
  /** What is wrong with the frame itself, when it can be answered all the same. */
  fault: string | undefined;
}

/** The answer to a frame. */
export type Reply = { ok: true; data: unknown } | { ok: false; error: ErrorBody };

/** A frame of the native door. */
interface NativeFrame extends ClientFrame {
  /** Names the reply; without it there is none. */
  id: number | string | undefined;
}

/** A frame that cannot be answered, because it is no frame: the socket is closed with 4400. */
export const MALFORMED = Symbol('malformed');

/** Reads a text frame of the native door. */
export function readFrame(text: string): NativeFrame | typeof MALFORMED {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return MALFORMED;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return MALFORMED;
  const { id, event, data } = value as Record<string, unknown>;
  if (typeof event !== 'string') return MALFORMED;
  if (id === undefined || isFrameId(id)) return { id, event, data, fault: undefined };
  return { id: undefined, event, data, fault: 'id: must be a string or a number up to 2^53 - 1' };
}

/** A larger number would come back as another one. */
function isFrameId(id: unknown): id is number | string {
  return typeof id === 'string' || (typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER);
}

/** The reply to a frame of the native door that gave an `id`. */
export function replyFrame(id: number | string, reply: Reply): string {
  return JSON.stringify({ id, ...reply });
}
