import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Frame } from './socket-client.ts';

/** A request was refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** The socket closed before the answer, or could not be opened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The socket is open and the answer did not come. */
export class NoReply extends Error {
  override readonly name = 'NoReply';
}

/** One open native socket whose delivery is live. */
export interface Connection {
  /** Resolves with the data of the reply; throws Refusal, ConnectionLost, or NoReply after `withinMs`. */
  call(event: string, data: unknown, withinMs: number): Promise<unknown>;
  /** Sends an event that wants no reply; nothing when the socket is closed. */
  tell(event: string, data: unknown): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  close(): void;
  /** Ends the connection without a word. */
  cut(): void;
  /** Sends the first half of a frame and ends the connection. */
  cutInFrame(): void;
}

interface Waiting {
  resolve(data: unknown): void;
  reject(error: Error): void;
}

/**
 * Opens a socket and resolves when its delivery is live. `onEvent` gets every event, `ready` included, in the order in
 * which they come.
 *
 * @throws ConnectionLost when it cannot be opened, or is not live in time.
 */
export async function openConnection(
  url: string,
  token: string,
  onEvent: (event: string, data: unknown) => void,
  readyWithinMs: number,
): Promise<Connection> {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: readyWithinMs,
    perMessageDeflate: false,
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let failure = '';
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      for (const { reject } of waiting.values()) reject(new ConnectionLost(`closed with ${code}`));
      waiting.clear();
      resolve(code);
    });
  });
  const lost = closed.then((code): never => {
    throw new ConnectionLost(failure || `closed with ${code}`);
  });
  socket.on('error', (error) => {
    failure = error.message;
  });

  let becomeReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  socket.on('message', (bytes) => {
    const frame = JSON.parse(bytes.toString()) as Frame;
    if (frame.event !== undefined) onEvent(frame.event, frame.data);
    if (frame.event === 'ready') becomeReady();
    if (typeof frame.id === 'number') answer(frame.id, frame);
  });

  function answer(id: number, frame: Frame): void {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (frame.ok) asker?.resolve(frame.data);
    else asker?.reject(new Refusal(frame.error?.code ?? 'none', frame.error?.message ?? 'refused without a reason'));
  }

  const tooLate = setTimeout(() => {
    failure = `no ready within ${readyWithinMs} ms`;
    socket.terminate();
  }, readyWithinMs);
  await Promise.race([ready, lost]).finally(() => clearTimeout(tooLate));
  lost.catch(() => undefined);

  return {
    closed,
    call(event, data, withinMs) {
      return new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new ConnectionLost('the socket is closed'));
          return;
        }
        const id = (lastId += 1);
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new NoReply(`no reply to ${event} within ${withinMs} ms`));
        }, withinMs);
        waiting.set(id, {
          resolve(result) {
            clearTimeout(timer);
            resolve(result);
          },
          reject(error) {
            clearTimeout(timer);
            reject(error);
          },
        });
        socket.send(JSON.stringify({ id, event, data }));
      });
    },
    tell(event, data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ event, data }));
    },
    close: () => socket.close(),
    cut: () => socket.terminate(),
    cutInFrame() {
      const raw = (socket as unknown as { _socket: Duplex | null })._socket;
      raw?.write(halfFrame(JSON.stringify({ id: 0, event: 'send_message', data: { content: 'never whole' } })));
      raw?.destroy();
    },
  };
}

/** The beginning of a masked text frame that announces more than it carries (RFC 6455, 5.2). */
function halfFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] as number));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked.subarray(0, payload.length / 2)]);
}
