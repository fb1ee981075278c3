/** How an event frame begins: always in this order, without spaces. A frame without data ends there. */
const FRAME_START = /^\{"event":("[a-z_]+")(?:,"data":|\}$)/;

/**
 * Turns an event frame into the Socket.IO packet of the same event, in the namespace `/`. Only the envelope changes. The
 * data, which may be long, stays the same text.
 *
 * @throws Error when the text is no event frame.
 */
export function eventPacket(frame: string | Uint8Array): string {
  const text = typeof frame === 'string' ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString();
  const start = FRAME_START.exec(text);
  if (!start) throw new Error(`no event frame: ${text.slice(0, 64)}`);
  if (start[0].length === text.length) return `2[${start[1]}]`;
  return `2[${start[1]},${text.slice(start[0].length, -1)}]`;
}

/** An event (2), perhaps with the id of its acknowledgement, which is a safe integer in so many digits; or a farewell (1). */
const ALLOWED = /^(?:2\d{0,15}\[|1)/;

/**
 * Returns true for a packet that a client may send once it is admitted: an event or its farewell, as text. The gateway never
 * asks for acknowledgements, and no contract has binary events.
 */
export function isAllowedPacket(data: unknown): data is string {
  return typeof data === 'string' && ALLOWED.test(data);
}

/** Returns true for the farewell of a client, among its allowed packets. */
export function isFarewell(packet: string): boolean {
  return packet.startsWith('1');
}

/** Returns the digits by which a client names the acknowledgement of an event; undefined when it asks for none. */
export function acknowledgementOf(packet: string): string | undefined {
  return /^2(\d+)\[/.exec(packet)?.[1];
}

/** A connect (0) to a namespace. Its name comes back in the answer. */
const CONNECT_ELSEWHERE = /^0\/[^,]{1,64}(?:,|$)/;

/** Returns true when a client asks for a namespace besides `/`. There is none, and Socket.IO answers so by itself. */
export function isConnectElsewhere(data: unknown): boolean {
  return typeof data === 'string' && CONNECT_ELSEWHERE.test(data);
}
