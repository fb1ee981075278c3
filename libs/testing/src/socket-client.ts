import { WebSocket } from 'ws';
import { checkEvent, checkReply } from './answer-check.ts';
import { until } from './until.ts';

/** JSON of every shape, as it came: tests assert what they find in it. */
export type Payload = ReturnType<typeof JSON.parse>;

/** A frame as the server sent it. */
export interface Frame {
  id?: number | string;
  ok?: boolean;
  event?: string;
  data?: Payload;
  error?: { code: string; message: string; reason?: string };
}

/** A socket of one user, as a client in the field would hold it. */
export interface TestClient {
  /** Every frame received so far, oldest first. */
  frames: Frame[];
  /** The data of every event of that name received so far. */
  events(name: string): Frame['data'][];
  /** Sends an event and resolves with its reply. */
  call(event: string, data: unknown): Promise<Frame>;
  /** Sends an event and resolves with the data of its reply; throws when it is refused. */
  ask(event: string, data: unknown): Promise<Frame['data']>;
  /** Sends raw text or bytes. */
  send(raw: string | Buffer): void;
  /** Waits for an event of that name that satisfies `matches`, among those received and those to come. */
  next(name: string, matches?: (data: Frame['data']) => boolean, withinMs?: number): Promise<Frame['data']>;
  /** Resolves with the close code. */
  closed: Promise<number>;
  close(): Promise<void>;
  socket: WebSocket;
}

/**
 * Connects to `/ws` and waits for `ready`, unless `awaitReady` is false. Rejects with the HTTP status when refused. A frame
 * that differs from the documents of the API fails the test.
 */
export async function createTestClient(
  url: string,
  token: string,
  options: { awaitReady?: boolean; subprotocol?: boolean } = {},
): Promise<TestClient> {
  const socket = options.subprotocol
    ? new WebSocket(url, ['messenger.v1', `bearer.${token}`])
    : new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  const frames: Frame[] = [];
  const replies = new Map<number | string, (frame: Frame) => void>();
  let lastId = 0;
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (raw) => {
    const frame = JSON.parse(raw.toString()) as Frame;
    frames.push(frame);
    if (frame.event !== undefined) queueMicrotask(() => checkEvent(frame.event as string, frame.data));
    if (frame.id !== undefined) replies.get(frame.id)?.(frame);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('unexpected-response', (_, response) => {
      reject(new Error(String(response.statusCode)));
      socket.terminate();
    });
    socket.on('error', reject);
  });

  const client: TestClient = {
    frames,
    socket,
    closed,
    events: (name) => frames.filter((frame) => frame.event === name).map((frame) => frame.data),
    call(event, data) {
      const id = (lastId += 1);
      return new Promise((resolve, reject) => {
        replies.set(id, (frame) => {
          if (frame.ok) checkReply(event, frame.data);
          resolve(frame);
        });
        void closed.then((code) => reject(new Error(`closed with ${code} before the reply to ${event}`)));
        socket.send(JSON.stringify({ id, event, data }));
      });
    },
    async ask(event, data) {
      const reply = await client.call(event, data);
      if (!reply.ok) throw new Error(`${event} refused: ${reply.error?.code} ${reply.error?.message}`);
      return reply.data;
    },
    send: (raw) => socket.send(raw),
    next: (name, matches = () => true, withinMs = 10_000) =>
      until(`${name} arrives`, () => client.events(name).find(matches), withinMs),
    async close() {
      socket.close();
      await closed;
    },
  };
  if (options.awaitReady !== false) await client.next('ready');
  return client;
}
