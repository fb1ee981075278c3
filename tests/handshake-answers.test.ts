import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClient, type System, startSystem, token, until } from '@vestnik/testing';
import { WebSocket } from 'ws';
import { attempt, rawExchange } from './attempt.ts';
import { rawHttp } from './raw-http.ts';
import { createSocketIoClient, ready } from './socket-io-client.ts';

const PROXY = '127.0.0.9';
const APP = 'https://app.example';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    settings: {
      FRONTEND_URL: APP,
      TRUSTED_PROXIES: `${PROXY}, 10.0.0.0/8`,
      LIMIT_REFUSED_TOKENS_PER_MINUTE: '3',
      LIMIT_UNAUTHENTICATED_PER_ADDRESS: '2',
    },
  });
});
afterAll(() => system.stop());

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanUp.splice(0)) close();
});

let lastUser = 140_000;
const person = () => (lastUser += 1);
const httpUrl = () => system.socketUrl().replace(/^ws(.*)\/ws$/, 'http$1');
const UPGRADE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const DOORS = [
  ['native', '/ws'],
  ['Socket.IO', '/socket.io/?EIO=4&transport=websocket'],
];

/** The answer to a request for a path of the socket port, with these header lines. */
async function answer(path: string, lines: string[]): Promise<string> {
  const { text } = await rawHttp(httpUrl(), `GET ${path} HTTP/1.1\r\nHost: x\r\n${lines.join('\r\n')}\r\n\r\n`);
  return text;
}

describe.each(DOORS)('the %s door', (_, path) => {
  const authorization = async () => `Authorization: Bearer ${await token(person())}`;

  test('asks for an upgrade where it is missing, with the headers that say to what', async () => {
    const text = await answer(path, [await authorization()]);
    expect(text).toMatch(/^HTTP\/1\.1 426 /);
    expect(text).toMatch(/\r\nupgrade: websocket\r\n/i);
    expect(text).toMatch(/\r\nsec-websocket-version: 13\r\n/i);
  });

  test('takes headers of 16 KiB', async () => {
    const text = await answer(path, [...UPGRADE, await authorization(), `Cookie: sso=${'c'.repeat(16_384)}`]);
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
  });

  test.each([
    ['a given origin', APP, 101],
    ['another origin', 'https://evil.example', 403],
    ['an opaque origin', 'null', 403],
  ])('checks the origin of pages: %s', async (__, origin, status) => {
    const text = await answer(path, [...UPGRADE, await authorization(), `Origin: ${origin}`]);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

test('REST takes headers of 16 KiB too, and a 401 of any door names the challenge', async () => {
  const cookie = `sso=${'c'.repeat(16_384)}`;
  const headers = { authorization: `Bearer ${await token(person())}`, cookie };
  expect((await fetch(`${system.restUrl()}/api/messenger/unread-count`, { headers })).status).toBe(200);
  expect(await answer('/ws', UPGRADE)).toMatch(/^HTTP\/1\.1 401 [^]*\r\nwww-authenticate: Bearer/i);
});

test('other methods and versions of the native door are refused', async () => {
  expect((await fetch(`${httpUrl()}/ws`, { method: 'POST' })).status).toBe(405);
  const old = UPGRADE.map((line) => line.replace('Version: 13', 'Version: 8'));
  expect(await answer('/ws', old)).toMatch(/^HTTP\/1\.1 426 /);
});

test.each([
  ['one line', (jwt: string) => [`Sec-WebSocket-Protocol: messenger.v1, bearer.${jwt}`]],
  ['two lines', (jwt: string) => ['Sec-WebSocket-Protocol: messenger.v1', `Sec-WebSocket-Protocol: bearer.${jwt}`]],
  [
    'two lines, the token first',
    (jwt: string) => [`Sec-WebSocket-Protocol: bearer.${jwt}`, 'Sec-WebSocket-Protocol: messenger.v1'],
  ],
])('the subprotocol pair may stand in %s', async (_, lines) => {
  const text = await answer('/ws', [...UPGRADE, ...lines(await token(person()))]);
  expect(text).toMatch(/^HTTP\/1\.1 101 [^]*\r\nsec-websocket-protocol: messenger\.v1\r\n/i);
});

test('a browser sees the refusal of its token as a close code, and other clients as a status', async () => {
  const browser = await attempt(system.socketUrl(), 'bad', '127.0.0.11', true);
  expect(await browser.closed).toEqual({ code: 4401, reason: expect.stringMatching(/./) });
  expect((await attempt(system.socketUrl(), 'bad', '127.0.0.11')).status).toBe(401);
});

describe('behind a trusted proxy', () => {
  const guess = (forwardedFor: string, localAddress = PROXY) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(system.socketUrl(), {
        headers: { authorization: 'Bearer bad', 'x-forwarded-for': forwardedFor },
        localAddress,
      });
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
    });
  const guesses = async (forwardedFor: string, localAddress?: string) => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push(await guess(forwardedFor, localAddress));
    return statuses;
  };

  test('refused tokens count by the address of the client, on both ports', async () => {
    expect(await guesses('203.0.113.1, 10.1.2.3')).toEqual([401, 401, 401, 429]);
    expect(await guess('203.0.113.2')).toBe(401);
    const rest = (forwardedFor: string, from: string) =>
      rawExchange(
        system.restUrl(),
        'GET /api/messenger/unread-count HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bad\r\n' +
          `X-Forwarded-For: ${forwardedFor}\r\nConnection: close\r\n\r\n`,
        from,
      );
    expect(await rest('198.51.100.200, 203.0.113.1', PROXY)).toMatch(/^HTTP\/1\.1 429 /);
    expect(await rest('203.0.113.1, 203.0.113.3', PROXY)).toMatch(/^HTTP\/1\.1 401 /);
    // A request that does not come through the proxy cannot name an address.
    expect(await rest('203.0.113.1', '127.0.0.13')).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('a client that is no proxy cannot take another address', async () => {
    const own = '127.0.0.12';
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push(await guess(`198.51.100.${count}`, own));
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  test('IPv6 addresses of one /64 count together', async () => {
    const statuses = [];
    for (let count = 1; count <= 4; count += 1) statuses.push(await guess(`2001:db8:0:7::${count}`));
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect(await guess('2001:db8:0:8::1')).toBe(401);
  });
});

test('bad tokens of refresh_token count for their user, and a good one is taken all the same', async () => {
  const user = person();
  const client = await createTestClient(system.socketUrl(), await token(user));
  const refresh = async (jwt: string) => (await client.call('refresh_token', { token: jwt })).error?.code;
  const codes = [];
  for (let guess = 0; guess < 5; guess += 1) codes.push(await refresh('x'));
  expect(codes).toEqual([...Array.from({ length: 3 }, () => 'unauthorized'), 'rate_limited', 'rate_limited']);
  expect(await refresh(await token(user))).toBeUndefined();
  await client.close();
});

test('a session that floods is closed within seconds, and a quiet device of the same user is not refused meanwhile', async () => {
  const user = person();
  const flooding = await system.connect(user);
  const quiet = await ready(createSocketIoClient(httpUrl(), await token(user)));
  cleanUp.push(quiet.close);
  const refused: unknown[] = [];
  let closed: number | undefined;
  void flooding.closed.then((code) => (closed = code));
  const since = Date.now();
  let sent = 0;
  let asked = 0;
  await until(
    'it is closed',
    async () => {
      for (; closed === undefined && sent < Date.now() - since; sent += 1) {
        flooding.send('{"event":"watch_presence","data":{"userIds":[]}}');
      }
      if (closed === undefined && asked * 200 < Date.now() - since) {
        asked += 1;
        const reply = await quiet.call('watch_presence', { userIds: [] });
        // A busy machine may answer too late, which is no refusal.
        if (!reply.ok && reply.error?.code !== 'unavailable') refused.push(reply.error);
      }
      return closed !== undefined;
    },
    20_000,
  );
  expect(closed).toBe(4429);
  expect(refused).toEqual([]);
  await until(
    'the quiet device is served',
    async () => (await quiet.call('watch_presence', { userIds: [] })).ok === true,
  );
});
