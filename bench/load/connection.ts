import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Address } from './plan.ts';

/** WebSocket opcodes (RFC 6455, 5.2). */
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Bytes before the payload of a client's frame: two of header, up to 8 of length, 4 of mask. */
const LONGEST_HEADER = 14;

/** All sockets of a process read into one buffer: what is not taken at once is copied. */
const READ_BYTES = 256 * 1024;

/** The events of a connection, for its owner. */
export interface ConnectionEvents {
  /** The server has agreed; frames may follow at once. */
  opened(connection: Connection): void;
  /** A text frame lies in `buffer` from `start` to `end`, for as long as the call lasts. */
  frame(buffer: Buffer, start: number, end: number): void;
  /** Every event of one read of the socket has been reported. */
  idle(): void;
  /** It came to nothing: the server's status line, with the seconds of its Retry-After, or the system's error. */
  refused(why: string, retryAfterSeconds?: number): void;
  /** The connection was closed; 1006 when the server said nothing. */
  closed(code: number): void;
}

/** A WebSocket client on a bare TCP socket. */
export interface Connection {
  /** Queues a text frame made by `encodeFrame`; sent by `flush`. */
  queue(frame: Buffer): void;
  flush(): void;
  /** Sends one text frame at once. */
  send(text: string): void;
  /** Closes without asking. */
  end(): void;
}

/** The read buffer of a process; give the same one to each of its connections. */
export function createReadBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(READ_BYTES);
}

/**
 * A client's text frame with room for `payloadBytes` behind `offset`. The mask is zero, which is a mask like any other:
 * the payload stays as it is.
 */
export function encodeFrame(payloadBytes: number): { frame: Buffer; offset: number } {
  const extended = payloadBytes < 126 ? 0 : payloadBytes < 65_536 ? 2 : 8;
  const offset = LONGEST_HEADER - 8 + extended;
  const frame = Buffer.allocUnsafe(offset + payloadBytes);
  frame[0] = 0x80 | TEXT;
  if (extended === 0) frame[1] = 0x80 | payloadBytes;
  else if (extended === 2) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  frame.writeUInt32BE(0, offset - 4);
  return { frame, offset };
}

/** Connects and upgrades. */
export function openConnection(
  address: Address,
  request: { path: string; headers: Record<string, string> },
  readBuffer: Buffer,
  events: ConnectionEvents,
): void {
  let rest: Buffer | undefined;
  let upgraded = false;
  let failure = 'closed before the upgrade';
  let retryAfterSeconds: number | undefined;
  let closeCode = 1006;
  let queued: Buffer[] = [];

  const socket: Socket = connect({
    ...address,
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback(bytes) {
        take(readBuffer.subarray(0, bytes));
        return true;
      },
    },
  });
  socket.on('connect', () => socket.write(upgradeRequest(address, request)));
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', () => (upgraded ? events.closed(closeCode) : events.refused(failure, retryAfterSeconds)));

  const connection: Connection = {
    queue: (frame) => queued.push(frame),
    flush() {
      const [first] = queued;
      if (first) socket.write(queued.length === 1 ? first : Buffer.concat(queued));
      queued = [];
    },
    send(text) {
      const { frame, offset } = encodeFrame(Buffer.byteLength(text));
      frame.write(text, offset);
      socket.write(frame);
    },
    end: () => socket.destroy(),
  };

  function take(chunk: Buffer): void {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = undefined;
    const start = upgraded ? 0 : agree(bytes);
    const taken = start < 0 ? 0 : takeFrames(bytes, start);
    if (taken < bytes.length) rest = Buffer.from(bytes.subarray(taken));
    if (upgraded) events.idle();
  }

  /** Where the frames begin; -1 when the server's answer is not all there. */
  function agree(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return -1;
    const status = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101')) {
      failure = status;
      const header = /\r\nretry-after: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
      retryAfterSeconds = header === undefined ? undefined : Number(header);
      socket.destroy();
      return bytes.length;
    }
    upgraded = true;
    events.opened(connection);
    return end + 4;
  }

  /** Where the first frame begins that is not all there. */
  function takeFrames(bytes: Buffer, from: number): number {
    let at = from;
    while (at + 2 <= bytes.length) {
      const opcode = (bytes[at] as number) & 0x0f;
      let length = (bytes[at + 1] as number) & 0x7f;
      let start = at + 2;
      if (length === 126) {
        if (at + 4 > bytes.length) break;
        length = bytes.readUInt16BE(at + 2);
        start = at + 4;
      } else if (length === 127) {
        if (at + 10 > bytes.length) break;
        length = Number(bytes.readBigUInt64BE(at + 2));
        start = at + 10;
      }
      const end = start + length;
      if (end > bytes.length) break;
      if (opcode === TEXT) events.frame(bytes, start, end);
      else control(opcode, bytes.subarray(start, end));
      at = end;
    }
    return at;
  }

  function control(opcode: number, payload: Buffer): void {
    if (opcode === CLOSE) closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    if (opcode !== PING) return;
    const { frame, offset } = encodeFrame(payload.length);
    frame[0] = 0x80 | PONG;
    payload.copy(frame, offset);
    socket.write(frame);
  }
}

function upgradeRequest({ host, port }: Address, request: { path: string; headers: Record<string, string> }): string {
  const headers = {
    Host: `${host}:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...request.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
