import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP proxy between one process and a server: a network link that a test can break. */
export interface TcpProxy {
  /** The server's address by way of this proxy. */
  readonly url: string;
  /** Ends all connections and refuses new ones until it is mended. */
  cut(): void;
  /** Keeps connections open and carries nothing, until it is mended. */
  hold(): void;
  /** Carries everything `ms` later, until it is mended. */
  slow(ms: number): void;
  /** Carries everything again, what was held first. */
  mend(): void;
  stop(): Promise<void>;
}

/** Changes to the bytes that pass a proxy, so that clients meet another server than the real one. */
export interface Rewriting {
  toServer?(bytes: Buffer): Buffer;
  toClient?(bytes: Buffer): Buffer;
}

/** Starts a proxy on loopback to the server of a URL. */
export async function startTcpProxy(url: string, rewriting: Rewriting = {}): Promise<TcpProxy> {
  const target = new URL(url);
  const same = (bytes: Buffer) => bytes;
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'held' = 'open';
  let delayMs = 0;

  /** Carries bytes one way, in their order. */
  function carry(from: Socket, to: Socket, rewrite: (bytes: Buffer) => Buffer): void {
    let carried = Promise.resolve();
    sockets.add(from);
    from.on('error', () => from.destroy());
    from.on('close', (isBroken) => {
      sockets.delete(from);
      if (isBroken || state === 'cut') to.destroy();
      // The bytes that came before the end are carried first.
      else void carried.then(() => to.end());
    });
    from.on('data', (bytes: Buffer) => {
      const due = performance.now() + delayMs;
      carried = carried.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await delay(wait);
        if (!to.destroyed && !to.write(rewrite(bytes))) from.pause();
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
    carry(near, far, rewriting.toServer ?? same);
    carry(far, near, rewriting.toClient ?? same);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxied = Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) });

  const cut = () => {
    state = 'cut';
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: proxied.href,
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
