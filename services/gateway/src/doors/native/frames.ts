import { outlineOf } from '../../limits/json-structure.ts';
import type { ClientFrame, Reply } from '../../sessions/client-frame.ts';

/** A frame of the native door. */
interface NativeFrame extends ClientFrame {
  /** Names the reply. A frame without an id gets no reply. */
  id: number | string | undefined;
}

/** Stands for bytes that are no frame and have no answer: the gateway closes the socket with 4400. */
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

/** Reads the id of a text frame without parsing the frame; `MALFORMED` for a text that is no object. */
export function readFrameId(text: string): NativeFrame['id'] | typeof MALFORMED {
  const { isObject, id } = outlineOf(text);
  if (!isObject) return MALFORMED;
  if (id === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(id);
    return isFrameId(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JavaScript cannot return a larger number unchanged. */
function isFrameId(id: unknown): id is number | string {
  return typeof id === 'string' || (typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER);
}

/** The reply to a frame of the native door that gave an `id`. */
export function replyFrame(id: number | string, reply: Reply): string {
  return JSON.stringify({ id, ...reply });
}
