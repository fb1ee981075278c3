import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createVerifier } from '@vestnik/auth';
import { eventFrame } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { freePort } from '@vestnik/servers';
import { SECRET, token, until } from '@vestnik/testing';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { readConfig } from '../src/config.ts';

import { openSocketIoDoor, type SocketIoDoor } from '../src/doors/socket-io/door.ts';
import { eventPacket } from '../src/doors/socket-io/packets.ts';
import { createTopics, type Topics } from '../src/doors/socket-io/topics.ts';
import { createSocketServer, type SocketServer } from '../src/doors/socket-server.ts';
import { createAdmission } from '../src/limits/admission.ts';
import { createClientAddresses } from '../src/limits/client-address.ts';
import { createRefusedTokens, type RefusedTokens } from '../src/limits/refused-tokens.ts';
import { createSocketLimit } from '../src/limits/socket-limit.ts';
import { createStrangerRequests, type StrangerRequests } from '../src/limits/stranger-requests.ts';
import { createUnauthenticatedConnections, type UnauthenticatedConnections } from '../src/limits/unauthenticated.ts';
import type { ClientFrame } from '../src/sessions/client-frame.ts';
import type { Session } from '../src/sessions/session.ts';

let server: SocketServer;
let topics: Topics;
let door: SocketIoDoor;
let refusedTokens: RefusedTokens;
let unauthenticated: UnauthenticatedConnections;
let strangerRequests: StrangerRequests;
let port: number;
/** The calls of the door to the sessions behind it. */
let opened: Session[];
let closed: Session[];
let received: ClientFrame[];
let clients: (Socket | WebSocket)[];

beforeEach(async () => {
  [opened, closed, received, clients] = [[], [], [], []];
  port = await freePort();
  server = createSocketServer();
  topics = createTopics(server.app);
  const config = readConfig({ NATS_URL: 'nats://127.0.0.1:1', JWT_SECRET: SECRET });
  refusedTokens = createRefusedTokens(config.limits.refusedTokensPerMinute, () => undefined);
  unauthenticated = createUnauthenticatedConnections(config.limits, () => undefined);
  strangerRequests = createStrangerRequests(config.limits);
  const context = {
    config,
    clientAddresses: createClientAddresses(config.trustedProxies),
    refusedTokens,
    unauthenticated,
    admission: createAdmission(config.limits, () => undefined),
    strangerRequests,
    countRefusal: () => undefined,
    socketLimit: createSocketLimit(config.limits.socketsPerUser, () => undefined),
    logger: createLogger('gateway', 'silent'),
    verifyOpening: createVerifier({ secret: SECRET }),
    bindings: { binding: () => undefined },
  };
  door = openSocketIoDoor(
    server.app,
    context,
    {
      counts: { closed: () => undefined, refused: () => undefined },
      opened: (session) => void opened.push(session),
      arrived: () => 'read',
      refused: () => undefined,
      received: (_, frame) => void received.push(frame),
      confirmed: () => undefined,
      closed: (session) => void closed.push(session),
      drain: () => Promise.resolve(),
      checkBacklogs: () => undefined,
      stop: () => undefined,
    },
    topics,
  );
  await server.listen('127.0.0.1', port);
});

afterEach(async () => {
  for (const client of clients) client.close();
  await door.close();
  server.close();
  for (const limit of [refusedTokens, unauthenticated, strangerRequests]) limit.stop();
});

async function connect(transports: string[]): Promise<{ client: Socket; session: Session; heard: unknown[] }> {
  const client = io(`http://127.0.0.1:${port}`, { auth: { token: await token(7) }, transports, forceNew: true });
  clients.push(client);
  const heard: unknown[] = [];
  client.onAny((_, data) => heard.push(data));
  const before = opened.length;
  const session = await until('a session opens', () => opened[before]);
  return { client, session, heard };
}

/** Any key will do for a handshake that is refused. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const pollingUrl = (sid: string) =>
  `http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling${sid && `&sid=${sid}`}`;

/** Begins to poll without the stock client. Returns the session id of Engine.IO. */
async function startPolling(): Promise<string> {
  const { sid } = JSON.parse((await (await fetch(pollingUrl(''))).text()).slice(1)) as { sid: string };
  return sid;
}

/** The first packet of the stock client: its token. */
const welcome = async () => `40${JSON.stringify({ token: await token(7) })}`;
const number = (value: number) => eventFrame('number', value);
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('what is published and what is sent to one session', () => {
  test.each([
    ['websocket only', ['websocket'], 'websocket'],
    ['polling only', ['polling'], 'polling'],
    ['from polling to websocket', ['polling', 'websocket'], 'websocket'],
  ])('arrives in the order of the calls, and nothing of what it was left out of: %s', async (_, transports, last) => {
    const { client, session, heard } = await connect(transports);
    session.join('c1');
    let count = 0;
    const steps = [
      () => session.send(number(count++)),
      () => topics.publish('c1', number(count++)),
      () => topics.publish('c1', Buffer.from(number(count++))),
      () => {
        session.leave('c1');
        expect(session.isIn('c1')).toBe(false);
        topics.publish('c1', number(-1));
        session.join('c1');
        expect(session.isIn('c1')).toBe(true);
      },
    ];
    const work = async (rounds: number) => {
      for (const kind of fc.sample(fc.nat(steps.length - 1), rounds)) {
        steps[kind]?.();
        if (count % 7 === 0) await tick();
      }
    };
    await until('the transport is the last one', async () => {
      await work(50);
      return client.io.engine.transport.name === last;
    });
    await work(2_000);
    await until('all arrived', () => heard.length >= count);
    expect(heard).toEqual(Array.from({ length: count }, (__, index) => index));
  });

  test.each([[['websocket']], [['polling']]])('ends when it leaves or closes: %s', async (transports) => {
    const { client, session, heard } = await connect(transports);
    const other = await connect(transports);
    for (const each of [session, other.session]) for (const topic of ['c1', 'c2', 'all']) each.join(topic);
    session.join('own');
    session.leave('c1');
    topics.publish('c1', number(1));
    topics.publish('c2', number(2));
    topics.publish('all', number(3));
    await until('the other has all', () => other.heard.length === 3);
    await until('all arrived', () => heard.length === 2);
    expect(heard).toEqual([2, 3]);
    client.close();
    await until('the session has closed', () => closed.includes(session));
    topics.publish('c2', number(4));
    session.send(number(5));
    session.join('c1');
    expect([session.isIn('c1'), session.backlog()]).toEqual([false, 0]);
    // Nobody is left in it: what is published is not even looked at.
    expect(() => topics.publish('own', 'no frame at all')).not.toThrow();
    await until('the other has it', () => other.heard.includes(4));
    expect(heard).toEqual([2, 3]);
  });

  test('stays apart from the topics of the native door', async () => {
    const { session, heard } = await connect(['websocket']);
    const native: string[] = [];
    server.app.ws('/native', { open: (socket) => ['c1', 'all', '/'].forEach((topic) => socket.subscribe(topic)) });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/native`);
    clients.push(socket);
    socket.on('message', (message) => native.push(message.toString()));
    await until('it listens', () => server.app.numSubscribers('all') === 1);
    session.join('c1');
    for (const value of [1, 2, 3]) {
      topics.publish('c1', number(value));
      server.publish('c1', number(-value));
    }
    await until('both have all', () => native.length === 3 && heard.length === 3);
    expect(heard).toEqual([1, 2, 3]);
    expect(native).toEqual([-1, -2, -3].map(number));
  });

  test('waits, and is counted, while the client does not read or does not poll', async () => {
    const slow = await connect(['websocket']);
    const frame = eventFrame('text', 'x'.repeat(100_000));
    const { engine } = slow.client.io as unknown as { engine: { transport: { ws: WebSocket } } };
    engine.transport.ws.pause();
    await until('the bytes wait', () => {
      slow.session.send(frame);
      return slow.session.backlog() > 1_000_000;
    });
    slow.session.close('tooSlow');
    await until('it is closed', () => closed.includes(slow.session));

    const sid = await startPolling();
    await fetch(pollingUrl(sid), { method: 'POST', body: await welcome() });
    const lazy = await until('a session opens', () => opened[1]);
    for (let sent = 0; sent < 5; sent += 1) lazy.send(frame);
    expect(lazy.backlog()).toBeGreaterThan(500_000);
    lazy.close('tooSlow');
    await until('it is closed', () => closed.includes(lazy));
  });
});

describe('a connection that breaks the rules is closed', () => {
  async function raw(): Promise<{ socket: WebSocket; packets: string[]; ended: Promise<unknown> }> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    clients.push(socket);
    const packets: string[] = [];
    socket.on('message', (message) => packets.push(message.toString()));
    const ended = new Promise((resolve) => socket.on('close', resolve));
    await until('it is open', () => packets[0]?.startsWith('0{'));
    return { socket, packets, ended };
  }
  test('two polls at once and unknown methods are faults of the client, not of the server', async () => {
    const sid = await startPolling();
    const polls = [fetch(pollingUrl(sid)), fetch(pollingUrl(sid))];
    const statuses = await Promise.all(polls.map(async (poll) => (await poll).status));
    expect(statuses.sort()).toEqual([200, 400]);
    expect((await fetch(pollingUrl(await startPolling()), { method: 'PUT' })).status).toBe(400);
  });

  test.each([
    ['a second connect', async () => welcome()],
    ['more namespaces than are worth an answer', () => Array.from({ length: 11 }, () => '40/admin,')],
    ['a namespace with a name without end', () => `40/${'x'.repeat(65)},`],
    ['an acknowledgement that nobody asked for', () => '431[1]'],
    ['a binary event', () => '451-["typing",{"_placeholder":true,"num":0}]'],
    ['bytes', () => Buffer.from('2["typing",{}]')],
    ['no packet at all', () => '4xyz'],
    ['an acknowledgement id that would come back as another', () => '429007199254740993["typing",{}]'],
    ['an event without a name', () => '42[7,{}]'],
  ])('after it was let in: %s', async (_, make) => {
    const { socket, packets, ended } = await raw();
    socket.send(await welcome());
    await until('a session opens', () => opened.length === 1);
    for (const packet of [await make()].flat()) socket.send(packet);
    await ended;
    expect(packets).toContainEqual(expect.stringMatching(/^42\["error",\{"code":"bad_request",/));
    expect([opened.length, closed.length, received.length]).toEqual([1, 1, 0]);
  });

  test.each([
    ['an event', async () => '42["typing",{}]'],
    ['a second connect', () => welcome()],
  ])('before it is let in: %s', async (_, make) => {
    const sid = await startPolling();
    // Both in one request, so that the token cannot have been looked at when the second is read.
    await fetch(pollingUrl(sid), { method: 'POST', body: `${await welcome()}\x1e${await make()}` });
    expect((await fetch(pollingUrl(sid), { method: 'POST', body: '42["typing",{}]' })).status).toBe(400);
    expect([opened.length, received.length]).toEqual([0, 0]);
  });

  test('after it was refused: it cannot try again', async () => {
    const { socket, packets, ended } = await raw();
    socket.send('40{"token":"bad"}');
    await until('it is refused', () =>
      packets.some((packet) => packet.startsWith('44{"message":"Authentication error"')),
    );
    socket.send(await welcome());
    await ended;
    expect(opened).toEqual([]);
  });

  test('after it said good-bye: it cannot connect again', async () => {
    const { socket, ended } = await raw();
    socket.send(await welcome());
    await until('a session opens', () => opened.length === 1);
    socket.send('41');
    socket.send(await welcome());
    await ended;
    expect([opened.length, closed.length]).toEqual([1, 1]);
  });
});

test.each([
  ['at the same time', true],
  ['later', false],
])('another namespace is refused, and the client keeps the main one: %s', async (_, isAtOnce) => {
  const client = io(`http://127.0.0.1:${port}`, {
    auth: { token: await token(7) },
    transports: ['websocket'],
    forceNew: true,
  });
  clients.push(client);
  const heard: unknown[] = [];
  client.onAny((__, data) => heard.push(data));
  if (!isAtOnce) await once(client as never, 'connect');
  const [error] = await once(client.io.socket('/second') as never, 'connect_error');
  expect(error).toMatchObject({ message: 'Invalid namespace' });
  const session = await until('a session opens', () => opened[0]);
  session.send(number(1));
  await until('it arrives', () => heard.includes(1));
  expect([opened.length, closed.length]).toEqual([1, 0]);
});

describe('a request that is none of Socket.IO’s', () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': KEY,
  };

  test.each([
    ['an upgrade to polling', 'GET', '?EIO=4&transport=polling', upgrade],
    ['an upgrade to two transports', 'GET', '?EIO=4&transport=websocket&transport=polling', upgrade],
    ['an upgrade to nothing', 'GET', '', upgrade],
    ['an upgrade of nobody', 'GET', '?EIO=4&transport=websocket&sid=__proto__', upgrade],
    ['an old protocol', 'GET', '?EIO=3&transport=websocket', upgrade],
    ['an unknown session', 'POST', '?EIO=4&transport=polling&sid=__proto__', {}],
    ['another method', 'DELETE', '?EIO=4&transport=polling', {}],
  ])('is refused and harms nobody: %s', async (_, method, query, headers) => {
    const { session, heard } = await connect(['websocket']);
    const sent = request(`http://127.0.0.1:${port}/socket.io/${query}`, { method, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(400);
    session.send(number(1));
    await until('it arrives', () => heard.includes(1));
  });
});

test('a request for the WebSocket transport that is no upgrade is told to upgrade', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  expect(response.status).toBe(426);
  expect(response.headers.get('upgrade')).toBe('websocket');
  expect(response.headers.get('sec-websocket-version')).toBe('13');
});

test('an event packet carries event and data of the frame unchanged', () => {
  fc.assert(
    fc.property(fc.constantFrom('new_message', 'error', 'ready'), fc.jsonValue(), (event, data) => {
      const frame = eventFrame(event, data);
      const expected = [event, JSON.parse(JSON.stringify(data))];
      for (const form of [frame, Buffer.from(frame)]) {
        const packet = eventPacket(form);
        expect(packet.startsWith('2')).toBe(true);
        expect(JSON.parse(packet.slice(1))).toEqual(expected);
      }
    }),
  );
  expect(() => eventPacket('{"data":{},"event":"x"}')).toThrow('no event frame');
});
