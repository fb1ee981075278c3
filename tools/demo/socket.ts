import { WebSocket } from 'ws';

/** A request over the socket was refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The socket closed before the answer. */
export class SocketClosed extends Error {
  override readonly name = 'SocketClosed';
}

/** One open native socket. */
export interface Socket {
  /** Sends an event and resolves with the data of its reply; throws Refusal or SocketClosed. */
  call(event: string, data: unknown): Promise<unknown>;
  /** Sends an event that wants no reply. */
  tell(event: string, data: unknown): void;
  /** Resolves with the close code. */
  closed: Promise<number>;
  close(): Promise<void>;
}

interface ServerFrame {
  id?: number;
  ok?: boolean;
  event?: string;
  data?: unknown;
  error?: { code: string; message: string };
}

interface Waiting {
  resolve(data: unknown): void;
  reject(error: Error): void;
}

/**
 * Opens a socket and resolves when its delivery is live.
 *
 * @throws SocketClosed when it cannot be opened.
 */
export async function openSocket(
  url: string,
  token: string,
  onEvent: (event: string, data: unknown) => void,
): Promise<Socket> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let becomeReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      for (const { reject } of waiting.values()) reject(new SocketClosed(`the socket closed with ${code}`));
      waiting.clear();
      resolve(code);
    });
  });
  let failure = '';
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('message', (bytes) => {
    const frame = JSON.parse(bytes.toString()) as ServerFrame;
    if (frame.event === 'ready') becomeReady();
    else if (frame.event !== undefined) onEvent(frame.event, frame.data);
    else if (frame.id !== undefined) answer(frame.id, frame);
  });

  function answer(id: number, frame: ServerFrame): void {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (frame.ok) asker?.resolve(frame.data);
    else
      asker?.reject(new Refusal(frame.error?.code ?? 'internal', frame.error?.message ?? 'refused without a reason'));
  }

  await Promise.race([
    ready,
    closed.then((code) => Promise.reject(new SocketClosed(failure || `the socket closed with ${code}`))),
  ]);
  return {
    call: (event, data) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new SocketClosed('the socket is closed'));
          return;
        }
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        socket.send(JSON.stringify({ id: lastId, event, data }));
      }),
    tell(event, data) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ event, data }));
    },
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}
