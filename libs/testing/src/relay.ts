import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A stretch of network between one process and a server, which a test can break. */
export interface Relay {
  /** The server's address by way of this relay. */
  readonly url: string;
  /** Ends all connections and lets nobody through until it is mended. */
  cut(): void;
  /** Keeps connections open and carries nothing, until it is mended. */
  hold(): void;
  /** Carries everything `ms` later, until it is mended. */
  slow(ms: number): void;
  /** Carries everything again, what was held first. */
  mend(): void;
  stop(): Promise<void>;
}

/** Starts a relay on loopback to the server of a URL. */
export async function startRelay(url: string): Promise<Relay> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'held' = 'open';
  let delayMs = 0;

  /** Carries bytes one way, in their order. */
  function carry(from: Socket, to: Socket): void {
    let carried = Promise.resolve();
    sockets.add(from);
    from.on('error', () => from.destroy());
    from.on('close', (isBroken) => {
      sockets.delete(from);
      if (isBroken || state === 'cut') to.destroy();
      // What was said before the end is heard.
      else void carried.then(() => to.end());
    });
    from.on('data', (bytes) => {
      const due = performance.now() + delayMs;
      carried = carried.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await delay(wait);
        if (!to.destroyed && !to.write(bytes)) from.pause();
      });
    });
    to.on('drain', () => {
      if (state === 'open') from.resume();
    });
    if (state === 'held') from.pause();
  }

  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    carry(near, far);
    carry(far, near);
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
    slow(ms) {
      delayMs = ms;
    },
    mend() {
      state = 'open';
      delayMs = 0;
      for (const socket of sockets) socket.resume();
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
