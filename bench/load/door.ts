import type { DoorName } from './plan.ts';

/** The kinds of frames from the server. Only Socket.IO has `connected` and `ping`. */
export type FrameKind = 'message' | 'acknowledged' | 'ready' | 'opened' | 'connected' | 'ping' | 'refused' | 'other';

/** How one kind of socket writes what a load sends and gets. */
export interface Door {
  path: string;
  headers(token: string): Record<string, string>;
  /** The text to send once the upgrade is done and the server has sent `opened`; undefined for none. */
  greeting(token: string): string | undefined;
  /** The texts around id and content of a `send_message`; the content is JSON without its quotes. */
  around(conversationId: number): { before: string; between: string; after: string };
  /** Finds the kind of a frame by its first bytes. */
  kind(buffer: Buffer, start: number, end: number): FrameKind;
  /** The id of an acknowledgement. */
  idOf(buffer: Buffer, start: number): number;
  /** The object of an acknowledgement, or the data of an event. */
  bodyOf(text: string): { ok?: boolean; data?: unknown; error?: { code?: string } };
}

/** The door of a name. */
export function doorOf(name: DoorName): Door {
  return name === 'native' ? NATIVE : SOCKET_IO;
}

const ID = bytes('{"id":');
const OK = bytes(',"ok":true');
const NEW_MESSAGE = bytes('{"event":"new_message"');
const READY = bytes('{"event":"ready"');

const NATIVE: Door = {
  path: '/ws',
  headers: (token) => ({ Authorization: `Bearer ${token}` }),
  greeting: () => undefined,
  around: (conversationId) => ({
    before: '{"id":',
    between: `,"event":"send_message","data":{"conversationId":${conversationId},"type":"text","content":"`,
    after: '"}}',
  }),
  kind(buffer, start) {
    if (hasAt(buffer, start, NEW_MESSAGE)) return 'message';
    if (hasAt(buffer, start, ID)) return hasAt(buffer, endOfNumber(buffer, start + 6), OK) ? 'acknowledged' : 'refused';
    return hasAt(buffer, start, READY) ? 'ready' : 'other';
  },
  idOf: (buffer, start) => numberAt(buffer, start + 6),
  bodyOf: (text) => JSON.parse(text),
};

const EVENT_NEW_MESSAGE = bytes('42["new_message"');
const EVENT_READY = bytes('42["ready"');
const ACK = bytes('43');
const ACK_OK = bytes('[{"ok":true');
const CONNECTED = bytes('40');
const CONNECT_ERROR = bytes('44');

/** Engine.IO 4 and Socket.IO 5 over a WebSocket. */
const SOCKET_IO: Door = {
  path: '/socket.io/?EIO=4&transport=websocket',
  headers: () => ({}),
  greeting: (token) => `40${JSON.stringify({ token })}`,
  around: (conversationId) => ({
    before: '42',
    between: `["send_message",{"conversationId":${conversationId},"type":"text","content":"`,
    after: '"}]',
  }),
  kind(buffer, start, end) {
    if (hasAt(buffer, start, EVENT_NEW_MESSAGE)) return 'message';
    if (hasAt(buffer, start, ACK)) {
      return hasAt(buffer, endOfNumber(buffer, start + 2), ACK_OK) ? 'acknowledged' : 'refused';
    }
    if (hasAt(buffer, start, EVENT_READY)) return 'ready';
    if (hasAt(buffer, start, CONNECTED)) return 'connected';
    if (hasAt(buffer, start, CONNECT_ERROR)) return 'other';
    if (buffer[start] === 0x30) return 'opened';
    return buffer[start] === 0x32 && end === start + 1 ? 'ping' : 'other';
  },
  idOf: (buffer, start) => numberAt(buffer, start + 2),
  bodyOf(text) {
    const [first, second] = JSON.parse(text.slice(text.indexOf('['))) as [unknown, unknown];
    return text.startsWith('43') ? (first as { ok?: boolean }) : { data: second };
  },
};

/** Latin text as bytes, for comparing. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** Whether a pattern stands at a place. */
export function hasAt(buffer: Buffer, at: number, pattern: Uint8Array): boolean {
  for (let index = 0; index < pattern.length; index += 1) if (buffer[at + index] !== pattern[index]) return false;
  return true;
}

/** The whole number that begins at a place. */
export function numberAt(buffer: Buffer, at: number): number {
  let value = 0;
  for (let index = at; ; index += 1) {
    const digit = (buffer[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}

function endOfNumber(buffer: Buffer, at: number): number {
  let index = at;
  for (let digit = (buffer[index] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (buffer[index] ?? 0) - 48) index += 1;
  return index;
}
