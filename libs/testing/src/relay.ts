import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stretch of network between one process and a server, which a test can break. */
export interface Relay {
  /** The server's address by way of this relay. */
  readonly url: string;
  /** Ends all connections and lets nobody through until it is mended. */
  cut(): void;
  /** Keeps connections open and carries nothing, until it is mended. */
  hold(): void;
  /** Carries everything again, held bytes first. */
  mend(): void;
  stop(): Promise<void>;
}

/** Starts a relay on loopback to the server of a URL. */
export async function startRelay(url: string): Promise<Relay> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'held' = 'open';

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (state === 'open') from.resume();
      });
      if (state === 'held') from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relayed = Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) });

  const cut = () => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: relayed.href,
    cut,
    hold() {
      state = 'held';
      for (const socket of sockets) socket.pause();
    },
    mend() {
      state = 'open';
      for (const socket of sockets) socket.resume();
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
