import { once } from 'node:events';
import { type Frame, until } from '@vestnik/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

/** The stock client of one user, with everything that it received. */
export interface SocketIoClient {
  socket: Socket;
  /** Every event since the first connection, oldest first. */
  frames: Frame[];
  /** Why the connection ended, each time it did. */
  disconnects: string[];
  /** The data of every event of that name received so far. */
  events(name: string): Frame['data'][];
  /** Emits an event and resolves with its acknowledgement. */
  call(event: string, ...data: unknown[]): Promise<Frame>;
  /** Emits an event and resolves with the data of its acknowledgement; throws when it is refused. */
  ask(event: string, data: unknown): Promise<Frame['data']>;
  /** Waits for an event of that name that satisfies `matches`, among those received and those to come. */
  next(name: string, matches?: (data: Frame['data']) => boolean): Promise<Frame['data']>;
  /** Waits until the connection has ended for the `nth` time and says why. */
  disconnected(nth?: number): Promise<string>;
  close(): void;
}

/** How a client reaches the server, by what its users call it. */
export const TRANSPORTS: Record<string, Partial<ManagerOptions & SocketOptions>> = {
  'websocket only': { transports: ['websocket'] },
  'polling first': { transports: ['polling', 'websocket'] },
  'polling only': { transports: ['polling'] },
};

/** Creates the stock client without waiting for anything. `url` is `http://host:port`. */
export function createSocketIoClient(
  url: string,
  token: unknown,
  options: Partial<ManagerOptions & SocketOptions> = { transports: ['websocket'] },
): SocketIoClient {
  const socket = io(url, { auth: { token }, forceNew: true, ...options });
  const frames: Frame[] = [];
  const disconnects: string[] = [];
  socket.onAny((event: string, data: Frame['data']) => frames.push({ event, data }));
  socket.on('disconnect', (reason) => disconnects.push(reason));
  const client: SocketIoClient = {
    socket,
    frames,
    disconnects,
    events: (name) => frames.filter((frame) => frame.event === name).map((frame) => frame.data),
    call: (event, ...data) => socket.timeout(10_000).emitWithAck(event, ...data) as Promise<Frame>,
    async ask(event, data) {
      const reply = await client.call(event, data);
      if (!reply.ok) throw new Error(`${event} refused: ${reply.error?.code} ${reply.error?.message}`);
      return reply.data;
    },
    next: (name, matches = () => true) => until(`${name} arrives`, () => client.events(name).find(matches)),
    disconnected: (nth = 1) => until('the connection ends', () => disconnects[nth - 1], 20_000),
    close: () => void socket.disconnect(),
  };
  return client;
}

/** Waits for `ready`; for a client that may upgrade also until it has. */
export async function ready(client: SocketIoClient): Promise<SocketIoClient> {
  await client.next('ready');
  const { engine, opts } = client.socket.io;
  const mayUpgrade = opts.transports?.length === 2 && engine.transport.name === 'polling';
  if (mayUpgrade) await once(engine as unknown as NodeJS.EventEmitter, 'upgrade');
  return client;
}
