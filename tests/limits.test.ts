import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClient, type Frame, patience, type System, startSystem, token, until } from '@vestnik/testing';
import { attempt, rawExchange } from './attempt.ts';
import { createSocketIoClient, ready, type SocketIoClient } from './socket-io-client.ts';

const SOCKETS = 3;
const LIST = 5;
const CONNECTIONS = 4;
const OWN_BURST = 20;
const PER_ADDRESS = 6;
const IN_ALL = 15;
const STRANGER_BURST = 60;

let system: System;
beforeAll(async () => {
  system = await startSystem({
    settings: {
      LIMIT_ATTACHMENTS: '2',
      LIMIT_SOCKETS_PER_USER: `${SOCKETS}`,
      LIMIT_SYNC_CONVERSATIONS: `${LIST}`,
      LIMIT_WATCHED_USERS: `${LIST}`,
      LIMIT_SOCKET_FRAMES_PER_SECOND: '5',
      LIMIT_SOCKET_FRAMES_BURST: `${OWN_BURST}`,
      LIMIT_HEADERS_SECONDS: '1',
      LIMIT_REQUEST_SECONDS: '2',
      LIMIT_CONNECT_SECONDS: '2',
      LIMIT_UNAUTHENTICATED: `${IN_ALL}`,
      LIMIT_UNAUTHENTICATED_PER_ADDRESS: `${PER_ADDRESS}`,
      LIMIT_STRANGER_REQUESTS_PER_SECOND: '1',
      LIMIT_STRANGER_REQUESTS_BURST: `${STRANGER_BURST}`,
      LIMIT_CONNECTIONS_PER_USER: `${CONNECTIONS}`,
    },
  });
});
afterAll(() => system.stop());

/** Calls that close the sockets of a test when it is over. */
const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanUp.splice(0)) close();
});

let lastUser = 60_000;
const person = () => (lastUser += 1);

/** A ready socket through one of the doors, as far as these tests use it. */
interface Client {
  call(event: string, data: unknown): Promise<Frame>;
  close(): unknown;
  /** Waits until the gateway has ended it, and says how. */
  ended(): Promise<unknown>;
}

/** The headers of a handshake. */
const WEBSOCKET = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const httpUrl = () => system.socketUrl().replace(/^ws(.*)\/ws$/, 'http$1');

async function openSocketIo(user: number): Promise<SocketIoClient> {
  const client = createSocketIoClient(httpUrl(), await token(user));
  cleanUp.push(client.close);
  return client;
}

/** The doors, how a socket is opened through each, and how it ends that sends far too much. */
const DOORS: [string, (user: number) => Promise<Client>, unknown][] = [
  [
    'native',
    async (user) => {
      const client = await createTestClient(system.socketUrl(), await token(user));
      cleanUp.push(() => client.socket.terminate());
      return { ...client, ended: () => client.closed };
    },
    4429,
  ],
  [
    'Socket.IO',
    async (user) => {
      const client = await ready(await openSocketIo(user));
      const ended = async () => {
        await client.disconnected();
        return client.events('error')[0];
      };
      return { ...client, ended };
    },
    { code: 'rate_limited', message: 'too many frames' },
  ],
];

describe.each(DOORS)('through the %s door', (_, open, flooded) => {
  test('sync and watch_presence name so many and no more', async () => {
    const client = await open(person());
    const upTo = (count: number) => Array.from({ length: count }, (__, index) => index + 1);
    const sync = (count: number) =>
      client.call('sync', { conversations: upTo(count).map((id) => ({ id, afterSeq: 0 })) });
    const watch = (count: number) => client.call('watch_presence', { userIds: upTo(count) });
    for (const ask of [sync, watch]) {
      expect((await ask(LIST)).ok).toBe(true);
      expect((await ask(LIST + 1)).error?.code).toBe('invalid');
    }
  });

  test('a frame has so many values inside one another and no more, and is answered by its id without being parsed', async () => {
    const client = await open(person());
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const watch = (extra: unknown) => client.call('watch_presence', { userIds: [1], extra });
    expect((await watch(nested(20))).ok).toBe(true);
    expect((await watch(nested(500))).error?.code).toBe('too_large');
    expect((await watch(Array.from({ length: 21_000 }, () => 1))).error?.code).toBe('too_large');
    expect((await client.call('watch_presence', { userIds: [1] })).ok).toBe(true);
  });

  test('a message has so many attachments and no more', async () => {
    const user = person();
    const { data } = await (await system.rest(user))('POST', '/conversations', { participantId: person() });
    const client = await open(user);
    const file = { url: 'https://files.example/a', name: 'a', mime_type: 'text/plain', size: 1 };
    const send = (count: number) =>
      client.call('send_message', {
        conversationId: data.conversation.id,
        type: 'file',
        attachments: Array.from({ length: count }, () => file),
      });
    expect((await send(2)).ok).toBe(true);
    expect((await send(3)).error?.code).toBe('invalid');
  });

  test('a socket has a rate of its own, far beyond which it closes; the other sockets of its user do not share it', async () => {
    const user = person();
    const [busy, other] = [await open(user), await open(user)];
    const watch = { userIds: [1] };
    const replies = await Promise.all(Array.from({ length: OWN_BURST }, () => busy.call('watch_presence', watch)));
    expect(replies.every(({ ok }) => ok)).toBe(true);
    const further = await Promise.all(Array.from({ length: 10 }, () => busy.call('watch_presence', watch)));
    expect(further.some(({ error }) => error?.code === 'rate_limited')).toBe(true);
    // These are not answered any more.
    for (let count = 0; count < 3 * OWN_BURST; count += 1) busy.call('watch_presence', watch).catch(() => undefined);
    expect(await busy.ended()).toEqual(flooded);
    expect((await other.call('watch_presence', watch)).ok).toBe(true);
  });

  test('a user has so many sockets and no more, until one closes; other users are not touched', async () => {
    const user = person();
    const sockets = [await open(user)];
    const others = DOORS.map(([, openOther]) => openOther);
    for (let count = 1; count < SOCKETS; count += 1) {
      const openNext = others[count % others.length] as (typeof others)[number];
      sockets.push(await openNext(user));
    }
    const refused = await attempt(system.socketUrl(), await token(user));
    expect(refused).toMatchObject({ status: 429, retryAfter: 60 });
    const refusedBrowser = await attempt(system.socketUrl(), await token(user), undefined, true);
    expect(refusedBrowser.status).toBe(101);
    expect(await refusedBrowser.closed).toEqual({ code: 4429, reason: expect.stringMatching(/./) });
    const waiting = await openSocketIo(user);
    const errors: unknown[] = [];
    waiting.socket.on('connect_error', (error) => errors.push(error));
    expect((await (await open(person())).call('watch_presence', { userIds: [1] })).ok).toBe(true);
    await sockets[0]?.close();
    // The stock client has come back by itself all the time.
    await ready(waiting);
    expect(errors).toEqual([]);
    waiting.close();
    const again = await until('there is room again', async () => {
      const outcome = await attempt(system.socketUrl(), await token(user));
      return outcome.status === 101 && outcome;
    });
    again.socket.terminate();
  });
});

test('GET /presence asks for so many and no more', async () => {
  const call = await system.rest(person());
  expect((await call('GET', '/presence?user_ids=1,2,3,4,5')).status).toBe(200);
  const refused = await call('GET', '/presence?user_ids=1,2,3,4,5,6');
  expect(refused.status).toBe(422);
  expect(refused.body.error.code).toBe('invalid');
});

test('a user has so many REST connections and no more, until one closes; other users are not touched', async () => {
  const [user, other] = [await token(person()), await token(person())];
  const agents = Array.from({ length: CONNECTIONS + 1 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  cleanUp.push(() => {
    for (const agent of agents) agent.destroy();
  });
  /** Asks on the one connection of an agent, and returns the status. */
  const ask = async (agent: Agent | undefined, jwt: string) => {
    const headers = { authorization: `Bearer ${jwt}` };
    const asked = get(`${system.restUrl()}/api/messenger/unread-count`, { agent, headers });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
  };
  const [beyond, ...allowed] = agents;
  for (const agent of allowed) expect((await ask(agent, user)).status).toBe(200);
  expect(await ask(beyond, user)).toEqual({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) });
  expect((await ask(beyond, other)).status).toBe(200);
  for (const agent of allowed) expect((await ask(agent, user)).status).toBe(200);
  allowed[0]?.destroy();
  await until('there is room again', async () => (await ask(beyond, user)).status === 200);
});

describe('who is slow to say who it is', () => {
  const head = 'GET /api/messenger/unread-count HTTP/1.1\r\nHost: vestnik\r\n';
  const post = (jwt: string) =>
    `POST /api/messenger/conversations HTTP/1.1\r\nHost: vestnik\r\nAuthorization: Bearer ${jwt}\r\n` +
    'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n';

  test.each([
    ['headers that do not end', 1, () => head],
    ['a body that does not end', 2, (jwt: string) => `${post(jwt)}{`],
  ])('or what it wants on the REST port is told 408, not before its time: %s', async (_, seconds, text) => {
    const since = performance.now();
    const answer = await rawExchange(system.restUrl(), text(await token(person())));
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(performance.now() - since).toBeGreaterThan(seconds * 1_000 - 100);
    expect(performance.now() - since).toBeLessThan(patience(6_000));
  });

  test('on the REST port is answered when it makes it in time', async () => {
    const text = `${head}Connection: close\r\n\r\n`;
    expect(await rawExchange(system.restUrl(), text)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('on the socket port is closed', async () => {
    const since = performance.now();
    await rawExchange(httpUrl(), 'GET /ws HTTP/1.1\r\nHost: vestnik\r\nUpgrade: websocket\r\n');
    expect(performance.now() - since).toBeLessThan(patience(20_000));
  });

  test.each([
    ['an unknown path', 404, '/unknown', {}],
    ['a handshake without a token', 401, '/ws', WEBSOCKET],
    ['an upgrade to no transport', 400, '/socket.io/?EIO=4', WEBSOCKET],
    ['a Socket.IO session that is not there', 400, '/socket.io/?EIO=4&transport=polling&sid=x', {}],
    ['an upgrade of such a session', 400, '/socket.io/?EIO=4&transport=websocket&sid=x', WEBSOCKET],
  ])('on the socket port is refused once, and closed: %s', async (_, status, path, headers) => {
    const lines = Object.entries({ Host: 'vestnik', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const asked = `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
    const since = performance.now();
    const answer = await rawExchange(httpUrl(), asked + asked, '127.0.0.8');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    // Before it could have been idle for too long.
    expect(performance.now() - since).toBeLessThan(patience(5_000));
  });

  test('through Socket.IO is closed, not before its time', async () => {
    const since = performance.now();
    const { socket } = await attempt(socketIoUrl());
    await once(socket, 'close');
    expect(performance.now() - since).toBeGreaterThan(1_900);
    expect(performance.now() - since).toBeLessThan(patience(6_000));
  });
});

const socketIoUrl = () => `${httpUrl().replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;

describe('connections that have not shown a token', () => {
  /** Opens Socket.IO connections that say nothing. */
  async function fill(address: string, count: number): Promise<Promise<unknown>[]> {
    const outcomes = await Promise.all(Array.from({ length: count }, () => attempt(socketIoUrl(), undefined, address)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 101));
    for (const { socket } of outcomes) cleanUp.push(() => socket.terminate());
    return outcomes.map(({ closed }) => closed);
  }

  /** A user with a good token, and health, get their answers on all doors. */
  async function expectOpenDoors(address: string): Promise<void> {
    const jwt = await token(person());
    const socket = await attempt(system.socketUrl(), jwt, address);
    expect(socket.status).toBe(101);
    expect(await socket.live).toBeDefined();
    socket.socket.terminate();
    const ask = (path: string, more = '') =>
      rawExchange(
        system.restUrl(),
        `GET ${path} HTTP/1.1\r\nHost: vestnik\r\n${more}Connection: close\r\n\r\n`,
        address,
      );
    const authorization = `Authorization: Bearer ${jwt}\r\n`;
    expect(await ask('/api/messenger/unread-count', authorization)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('/health/live')).toMatch(/^HTTP\/1\.1 200 /);
  }

  const strangers = async () => {
    const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
    return Number(/^vestnik_unauthenticated\{[^}]*\} (\d+)/m.exec(metrics)?.[1]);
  };

  test('are so many from one address, where the ones silent for longest are closed; a good token and health pass from there too', async () => {
    const oldest = await fill('127.0.0.2', PER_ADDRESS);
    await expectOpenDoors('127.0.0.2');
    const newest = await fill('127.0.0.2', PER_ADDRESS);
    await expectOpenDoors('127.0.0.2');
    await Promise.all(oldest);
    expect(await Promise.race([...newest, Promise.resolve('open')])).toBe('open');
  });

  test('are so many in all, and a good token and health pass from every address', async () => {
    const addresses = ['127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7', '127.0.0.9'];
    await Promise.all(addresses.map((address) => fill(address, IN_ALL / 3)));
    for (const address of [...addresses, '127.0.0.10']) await expectOpenDoors(address);
    await until('no more are left than may be', async () => (await strangers()) <= IN_ALL);
  });

  test('and send requests beyond a rate wait for their refusal, while a good token and health of that address pass', async () => {
    const asked = 'GET /api/messenger/unread-count HTTP/1.1\r\nHost: vestnik\r\n\r\n';
    const address = '127.0.0.11';
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => rawExchange(system.restUrl(), asked.repeat(STRANGER_BURST), address)),
    );
    const refused = answers.map((answer) => answer.match(/HTTP\/1\.1 401 /g)?.length ?? 0);
    const sum = refused.reduce((all, count) => all + count, 0);
    expect(sum).toBeGreaterThanOrEqual(STRANGER_BURST);
    expect(sum).toBeLessThan(2 * STRANGER_BURST);
    expect(answers.filter((answer) => /HTTP\/1\.1 429 /.test(answer)).length).toBeGreaterThan(0);
    await expectOpenDoors(address);
  });
});
