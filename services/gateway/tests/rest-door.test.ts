import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restClient, type System, startSystem, token, until } from '@vestnik/testing';
import { failure, rawCall } from './rest-replies.ts';

const ORIGIN = 'https://app.example.org';
const BURST = 60;
const GUESSES = 20;

let system: System;
let api: string;

beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['messages', 'notifications'],
    settings: {
      FRONTEND_URL: ORIGIN,
      LIMIT_REQUESTS_PER_SECOND: '10',
      LIMIT_REQUESTS_BURST: `${BURST}`,
      LIMIT_REFUSED_TOKENS_PER_MINUTE: `${GUESSES}`,
    },
  });
  api = `${system.restUrl()}/api/messenger`;
});
afterAll(() => system.stop());

const call = (userId: number, method: string, path: string, init?: RequestInit) =>
  rawCall(system.restUrl(), userId, method, path, init);

/** A request from an address of its own, so that what is counted by address touches no other test. */
function from(address: string, authorization: string): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const options = { localAddress: address, headers: { authorization, connection: 'close' } };
    request(`${api}/unread-count`, options, (response) => {
      text(response).then(
        () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the envelope', () => {
  test('a success carries data and nothing else, is not cached and tells no framework', async () => {
    const response = await call(1, 'GET', '/unread-count');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ success: true, data: { unread_count: 0 } });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a failure repeats the correlation id of the client, in the body and in the header', async () => {
    const response = await call(1, 'GET', '/nowhere', { headers: { 'x-request-id': 'order-66.a_B' } });
    expect(response.headers.get('x-request-id')).toBe('order-66.a_B');
    expect(await response.json()).toMatchObject({ error: { request_id: 'order-66.a_B' } });
  });

  test.each(['with space', 'x'.repeat(65), 'новый', '{"a":1}'])(
    'a correlation id that could harm logs is replaced: %j',
    async (given) => {
      const raw = Buffer.from(given).toString('latin1');
      const response = await call(1, 'GET', '/nowhere', { headers: { 'x-request-id': raw } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(await response.json()).toEqual(failure('not_found'));
    },
  );
});

describe('who asks', () => {
  test.each([
    ['no token', undefined],
    ['a token of another scheme', 'Basic dXNlcjpwYXNz'],
    ['nonsense', 'Bearer nonsense'],
  ])('%s is 401 before anything else, even on an unknown route', async (_, authorization) => {
    for (const path of ['/conversations', '/nowhere']) {
      const response = await fetch(`${api}${path}`, authorization === undefined ? {} : { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.json()).toEqual(failure('unauthorized'));
    }
  });

  test('an expired token is 401', async () => {
    const expired = restClient(system.restUrl(), await token(1, 1, -60));
    expect(await expired('GET', '/unread-count')).toMatchObject({ status: 401, body: failure('unauthorized') });
  });

  test('refused tokens of an address are limited; a good token and a request without one pass all the same', async () => {
    const good = `Bearer ${await token(1)}`;
    const guesses: number[] = [];
    for (let guess = 0; guess < GUESSES; guess += 1) guesses.push((await from('127.0.0.2', 'Bearer guess')).status);
    expect(new Set(guesses)).toEqual(new Set([401]));
    const blocked = await from('127.0.0.2', 'Bearer guess');
    expect(blocked.status).toBe(429);
    expect(Number(blocked.retryAfter)).toBeGreaterThanOrEqual(1);
    expect((await from('127.0.0.2', good)).status).toBe(200);
    expect((await from('127.0.0.2', '')).status).toBe(401);
    expect((await from('127.0.0.3', 'Bearer guess')).status).toBe(401);
  });

  test('a large group costs its owner as much of the rate as many requests', async () => {
    const rest = await system.rest(92);
    const participantIds = Array.from({ length: 999 }, (_, index) => 10_000 + index);
    const body = { type: 'group', name: 'crowd', participantIds };
    expect((await rest('POST', '/conversations', body)).status).toBe(201);
    // Without it there would be room for as many as the burst.
    const answers = Array.from({ length: BURST }, () => rest('GET', '/unread-count'));
    expect((await Promise.all(answers)).map(({ status }) => status)).toContain(429);
  });

  test('a large body costs as much of the rate as many requests', async () => {
    const rest = await system.rest(93);
    const body = { participantId: 94, surplus: 'x'.repeat(200_000) };
    expect((await rest('POST', '/conversations', body)).status).toBe(201);
    const answers = Array.from({ length: BURST }, () => rest('GET', '/unread-count'));
    expect((await Promise.all(answers)).map(({ status }) => status)).toContain(429);
    const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
    expect(metrics).toMatch(/vestnik_limit_refusals_total\{[^}]*limit="request_rate"[^}]*\} [1-9]/);
  });

  test('a user beyond the rate is refused until the seconds named have passed; other users are not', async () => {
    const responses = await Promise.all(Array.from({ length: BURST + 40 }, () => call(90, 'GET', '/unread-count')));
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(responses.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(BURST);
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await response.json()).toEqual(failure('rate_limited'));
    }
    expect((await call(91, 'GET', '/unread-count')).status).toBe(200);
    await until('the user may ask again', async () => (await call(90, 'GET', '/unread-count')).status === 200);
  });
});

describe('other origins', () => {
  const preflight = (origin: string) =>
    fetch(`${api}/conversations`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  test('a page of a configured origin may call, and read what to wait for', async () => {
    const allowed = await preflight(ORIGIN);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    const refused = await fetch(`${api}/conversations`, { headers: { origin: ORIGIN } });
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  test('a page of any other origin may not', async () => {
    const response = await preflight('https://evil.example.org');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('when parts are away', () => {
  const health = async (path: string) => {
    const response = await fetch(`${system.restUrl()}/health/${path}`);
    return { status: response.status, body: (await response.json()) as { degraded: boolean } };
  };

  test('ready names every part, and is 200 with all that serving needs', async () => {
    expect(await health('ready')).toEqual({
      status: 200,
      body: {
        ready: true,
        degraded: false,
        parts: {
          bus: 'ok',
          keys: 'ok',
          conversations: 'ok',
          'conversations.database': 'ok',
          'conversations.stream': 'ok',
          messages: 'ok',
          'messages.database': 'ok',
          'messages.stream': 'ok',
          presence: 'ok',
          'presence.database': 'ok',
          notifications: 'ok',
          'notifications.database': 'ok',
          companies: 'ok',
          'companies.database': 'ok',
          'companies.stream': 'ok',
        },
        causes: {},
      },
    });
    expect((await health('live')).status).toBe(200);
  });

  test('what needs a service that is away is 503 with Retry-After, and works again when it is back', async () => {
    await system.kill('notifications');
    const response = await call(8, 'GET', '/devices');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await response.json()).toEqual(failure('unavailable'));
    const parts = { bus: 'ok', messages: 'ok', keys: 'ok', notifications: 'down', 'notifications.database': 'unknown' };
    await until('ready says so', async () => (await health('ready')).body.degraded);
    expect(await health('ready')).toMatchObject({ status: 200, body: { ready: true, degraded: true, parts } });
    expect((await health('live')).status).toBe(200);
    await system.startProcess('notifications');
    expect((await call(8, 'GET', '/devices')).status).toBe(200);
    await until('all is ready', async () => !(await health('ready')).body.degraded);
  });

  test('a group created while messages is away is acknowledged, and takes messages when it is back', async () => {
    const rest = await system.rest(8);
    await system.kill('messages');
    const parts = { bus: 'ok', messages: 'down', 'messages.database': 'unknown' };
    await until('ready says so', async () => (await health('ready')).status === 503);
    expect(await health('ready')).toMatchObject({ body: { ready: false, degraded: true, parts } });
    const body = { type: 'group', name: 'calm', participantIds: [9], message: 'first' };
    const created = await rest('POST', '/conversations', body);
    expect(created).toMatchObject({
      status: 201,
      data: { conversation: { name: 'calm', participants: [8, 9] }, message_error: { code: 'unavailable' } },
    });
    await system.startProcess('messages');
    const { id } = created.data.conversation;
    expect((await rest('POST', `/conversations/${id}/messages`, { content: 'again' })).status).toBe(201);
    const other = await system.rest(9);
    expect((await other('GET', `/conversations/${id}`)).data.conversation).toMatchObject({ unread_count: 1 });
  });
});

test('a group created while messages is frozen is acknowledged in time, with its first message refused', async () => {
  const rest = await system.rest(8);
  const messages = system.processes.filter(({ service }) => service === 'messages');
  for (const { child } of messages) child.kill('SIGSTOP');
  try {
    const body = { type: 'group', name: 'patient', participantIds: [9], message: 'first' };
    expect(await rest('POST', '/conversations', body)).toMatchObject({
      status: 201,
      data: { conversation: { name: 'patient' }, message_error: { code: 'unavailable' } },
    });
  } finally {
    for (const { child } of messages) child.kill('SIGCONT');
  }
});

test('a request under way when the gateway is told to stop is answered, and later ones find the door closed', async () => {
  const { child, output, ports } = await system.startProcess('gateway');
  const messages = system.processes.find(({ service }) => service === 'messages');
  const url = `http://127.0.0.1:${ports?.rest}`;
  messages?.child.kill('SIGSTOP');
  const underWay = rawCall(url, 12, 'GET', '/unread-count', { headers: { 'x-request-id': 'under-way' } });
  await fetch(`${url}/health/live`);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await until('the gateway stops', () => output().includes('"stopping"'));
  await until('its door is closed', () =>
    fetch(`${url}/health/live`).then(
      () => false,
      () => true,
    ),
  );
  messages?.child.kill('SIGCONT');
  expect((await underWay).status).toBe(200);
  expect(await exited).toEqual([0, null]);
});

test('the log has a line for every request of a user, sums up refusals, and names neither ids nor tokens', async () => {
  const secret = await token(987_654);
  const unread = '/conversations/123456789/messages?before=987';
  const requests = [
    [secret, unread],
    [undefined, unread],
    ['nonsense', unread],
    [secret, '/unknown/123456789'],
    [undefined, '/unknown/123456789'],
  ] as const;
  for (const [bearer, path] of requests) await restClient(system.restUrl(), bearer)('GET', path);
  const output = () => system.processesOf('gateway')[0]?.output() ?? '';
  const lines = () =>
    output()
      .split('\n')
      .filter((text) => text.includes('"msg":"request"'));
  const before = lines().length;
  await restClient(system.restUrl(), secret)('GET', '/unread-count');
  await until('the last line is written', () => lines().length > before);
  const line = lines().find((text) => text.includes('/conversations/:conversationId/messages') && text.includes('403'));
  expect(JSON.parse(line ?? '')).toMatchObject({
    method: 'GET',
    route: '/api/messenger/conversations/:conversationId/messages',
    status: 403,
    ms: expect.any(Number),
    request_id: expect.any(String),
  });
  expect(line).not.toMatch(/987/);
  expect(lines().filter((text) => /"status":(401|429)/.test(text))).toEqual([]);
  const sums = () => output().match(/"refused":\{[^}]*"unauthorized":\d+[^}]*\}.*"msg":"refusals"/g) ?? [];
  await until('the refusals are summed up', () => sums().length > 0);
  for (const text of [secret, '123456789', '987654']) expect(output()).not.toContain(text);
});
