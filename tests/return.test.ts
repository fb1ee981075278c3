import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { patience, type System, startSystem, token, until } from '@vestnik/testing';
import type { WebSocket } from 'ws';
import { attempt } from './attempt.ts';
import { createSocketIoClient, type SocketIoClient, TRANSPORTS } from './socket-io-client.ts';

const CLIENTS = 300;
const STOCK_CLIENTS = 30;

let system: System;
beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['conversations', 'gateway'],
    instances: { gateway: 2 },
    settings: {
      LIMIT_OPENINGS: '1',
      LIMIT_OPENINGS_WAITING: '40',
      LIMIT_OPENING_WAIT_SECONDS: '2',
      LIMIT_FRAMES_PER_SECOND: '0',
    },
  });
});
afterAll(() => system.stop());

const clients: SocketIoClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

let lastUser = 80_000;
const person = () => (lastUser += 1);
const httpUrl = (gateway: number) => system.socketUrl(gateway).replace(/^ws(.*)\/ws$/, 'http$1');

/** The refusals that clients got: every Retry-After, and every other status. */
interface Told {
  retryAfter: number[];
  otherwise: number[];
}

/** Connects like a good client, but without jitter of its own: it obeys `Retry-After` until it is live. */
async function comeIn(url: string, jwt: string, told: Told): Promise<WebSocket> {
  for (;;) {
    const { socket, status, retryAfter, live } = await attempt(url, jwt);
    if (status === 101 && (await live) !== undefined) return socket;
    if (status === 503 && retryAfter !== undefined) told.retryAfter.push(retryAfter);
    else told.otherwise.push(status);
    await delay((retryAfter ?? 1) * 1_000);
  }
}

test('when a gateway dies all its clients get in elsewhere within seconds, some told when to try again, and harm nobody', async () => {
  const tokens = await Promise.all(Array.from({ length: CLIENTS }, () => token(person())));
  const before: Told = { retryAfter: [], otherwise: [] };
  const lost: Promise<unknown>[] = [];
  // A few at a time, so that no client has to wait yet.
  const turns = tokens.values();
  const enterInTurn = async () => {
    for (const jwt of turns) lost.push(once(await comeIn(system.socketUrl(0), jwt, before), 'close'));
  };
  await Promise.all(Array.from({ length: 10 }, enterInTurn));
  expect(before).toEqual({ retryAfter: [], otherwise: [] });

  const stock = await Promise.all(
    Array.from({ length: STOCK_CLIENTS }, async (_, index) => {
      const client = createSocketIoClient(httpUrl(1), await token(person()), {
        transports: index % 2 ? ['websocket'] : ['polling'],
        autoConnect: false,
        reconnectionDelay: 300,
        reconnectionDelayMax: 1_000,
      });
      clients.push(client);
      return client;
    }),
  );
  const talker = await system.connect(person(), 1);
  let slowest = 0;
  let answers = 0;
  let talking = true;
  const talk = (async () => {
    while (talking) {
      const since = performance.now();
      await talker.ask('watch_presence', { userIds: [1] });
      slowest = Math.max(slowest, performance.now() - since);
      answers += 1;
    }
  })();

  const [dying] = system.processesOf('gateway');
  dying?.child.kill('SIGKILL');
  await Promise.all(lost);
  const told: Told = { retryAfter: [], otherwise: [] };
  const since = performance.now();
  // However fast the machine is, sessions wait while conversations does not answer, and one comes that is sent away.
  const [conversations] = system.processesOf('conversations');
  conversations?.child.kill('SIGSTOP');
  for (const client of stock) client.socket.connect();
  const returning = Promise.all(tokens.map((jwt) => comeIn(system.socketUrl(1), jwt, told)));
  try {
    await until('a client is told when to try again', () => told.retryAfter.length > 0);
  } finally {
    conversations?.child.kill('SIGCONT');
  }
  const back = await returning;
  await until('the stock clients are in', () => stock.every(({ events }) => events('ready').length > 0), 20_000);
  const tookMs = performance.now() - since;
  talking = false;
  await talk;

  expect(tookMs).toBeLessThan(patience(20_000));
  expect(told.otherwise).toEqual([]);
  expect(told.retryAfter.every((seconds) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 10)).toBe(true);
  expect(answers).toBeGreaterThan(10);
  expect(slowest).toBeLessThan(patience(2_000));
  const metrics = await (await fetch(`${system.opsUrl(1)}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`vestnik_sockets\\{[^}]*\\} ${CLIENTS + STOCK_CLIENTS + 1}\\b`));
  expect(metrics).toMatch(/vestnik_openings\{[^}]*\} 0\b/);
  expect(metrics).toMatch(/vestnik_openings_waiting\{[^}]*\} 0\b/);

  for (const socket of back) socket.terminate();
});

test('while a service does not answer, a client that waits too long is sent away, comes back by itself, and gets in', async () => {
  const [conversations] = system.processesOf('conversations');
  conversations?.child.kill('SIGSTOP');
  try {
    const first = await attempt(system.socketUrl(1), await token(person()));
    expect(first.status).toBe(101);
    const native = await attempt(system.socketUrl(1), await token(person()));
    expect(native.status).toBe(101);
    const stock = createSocketIoClient(httpUrl(1), await token(person()), TRANSPORTS['websocket only']);
    clients.push(stock);
    let attempts = 0;
    const errors: (Error & { data?: unknown })[] = [];
    stock.socket.io.on('reconnect_attempt', () => (attempts += 1));
    stock.socket.on('connect_error', (error) => errors.push(error));
    const [code] = (await once(native.socket, 'close')) as [number];
    expect(code).toBe(1012);
    expect(await native.live).toBeUndefined();
    await until('the stock client tries again', () => attempts > 0);
    // An error of the transport has no data of the gateway's, and the client goes on.
    expect(errors.filter(({ data }) => data !== undefined)).toEqual([]);
    expect(stock.socket.active).toBe(true);
    conversations?.child.kill('SIGCONT');
    await stock.next('ready');
    first.socket.terminate();
  } finally {
    conversations?.child.kill('SIGCONT');
  }
  const client = await until('a native client gets in too', () => system.connect(person(), 1).catch(() => undefined));
  await client.close();
});
