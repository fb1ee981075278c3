import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';
import { attempt } from './attempt.ts';
import { createSocketIoClient, ready, type SocketIoClient, TRANSPORTS } from './socket-io-client.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    settings: {
      LIMIT_FRAME_BYTES: '4096',
      LIMIT_CONTENT_LENGTH: '100',
      LIMIT_FRAMES_PER_SECOND: '20',
      LIMIT_FRAMES_BURST: '60',
      LIMIT_REFUSED_TOKENS_PER_MINUTE: '10',
    },
  });
});
afterAll(() => system.stop());

const clients: SocketIoClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

let lastUser = 20_000;
const person = () => (lastUser += 1);

function open(jwt: unknown, transports = 'websocket only'): SocketIoClient {
  const url = system.socketUrl().replace(/^ws(.*)\/ws$/, 'http$1');
  const client = createSocketIoClient(url, jwt, TRANSPORTS[transports]);
  clients.push(client);
  return client;
}

const connect = async (user: number, transports?: string) => ready(open(await token(user), transports));
const watch = { userIds: [1] };
const allTransports = Object.keys(TRANSPORTS);

describe('what cannot be served', () => {
  test('gets its error in the acknowledgement, or as the event error without one', async () => {
    const client = await connect(person());
    const send = { conversationId: 1, content: 'x' };
    const refused: [event: string, code: string, ...data: unknown[]][] = [
      ['no_such_event', 'bad_request', {}],
      ['constructor', 'bad_request', {}],
      ['error', 'bad_request', {}],
      ['send_message', 'bad_request'],
      ['send_message', 'bad_request', null],
      ['send_message', 'bad_request', 'text'],
      ['send_message', 'bad_request', send, send],
      ['send_message', 'bad_request', { ...send, conversationId: '1' }],
      ['send_message', 'invalid', { ...send, content: 'a\0b' }],
      ['send_message', 'invalid', { ...send, content: 'a\ud800b' }],
      ['send_message', 'invalid', { ...send, content: 'x'.repeat(101) }],
      ['send_message', 'forbidden', { ...send, conversationId: 999_999_999 }],
    ];
    for (const [event, code, ...data] of refused) {
      expect(await client.call(event, ...data)).toEqual({ ok: false, error: { code, message: expect.any(String) } });
      const before = client.events('error').length;
      client.socket.emit(event, ...data);
      const error = await until('the error comes', () => client.events('error')[before]);
      expect(error).toEqual({ code, message: expect.any(String) });
    }
    expect((await client.call('watch_presence', watch)).ok).toBe(true);
  });

  test.each(allTransports)('binary data ends the connection: %s', async (transports) => {
    const client = await connect(person(), transports);
    client.socket.emit('typing', { conversationId: 1, isTyping: Buffer.from('x') });
    expect(await client.disconnected()).toBe('io server disconnect');
    expect(client.events('error')).toEqual([{ code: 'bad_request', message: expect.any(String) }]);
  });

  test.each(allTransports)(
    'a frame beyond its limit ends the connection, one below does not: %s',
    async (transports) => {
      const client = await connect(person(), transports);
      const fits = { conversationId: 1, content: 'x'.repeat(3_900) };
      expect((await client.call('send_message', fits)).error?.code).toBe('invalid');
      client.socket.emit('send_message', { ...fits, content: 'x'.repeat(5_000) });
      expect(await client.disconnected()).toMatch(/^transport (close|error)$/);
      await until('it is back', () => client.events('ready').length === 2);
    },
  );
});

describe('the rate of frames', () => {
  test.each(allTransports)(
    'beyond it they are refused, far beyond it the client is sent away: %s',
    async (transports) => {
      const client = await connect(person(), transports);
      const replies = await Promise.all(Array.from({ length: 90 }, () => client.call('watch_presence', watch)));
      expect(replies.filter((reply) => reply.ok).length).toBeGreaterThanOrEqual(60);
      expect(replies.filter((reply) => reply.error?.code === 'rate_limited').length).toBeGreaterThan(0);
      for (let sent = 0; sent < 400; sent += 1) client.socket.emit('watch_presence', watch);
      expect(await client.disconnected()).toBe('io server disconnect');
      expect(client.events('error').at(-1)).toEqual({ code: 'rate_limited', message: 'too many frames' });
      expect(client.socket.active).toBe(false);
    },
  );
});

describe('the end of a token', () => {
  test.each(allTransports)('says so and disconnects, and the client stays away: %s', async (transports) => {
    // Clocks may differ by 5 s, so this one is good for 2 s yet.
    const client = await ready(open(await token(person(), 1, -3), transports));
    expect(await client.disconnected()).toBe('io server disconnect');
    expect(client.events('error')).toEqual([{ code: 'unauthorized', message: 'token expired' }]);
    expect(client.socket.active).toBe(false);
  });

  test('is put off by refresh_token', async () => {
    const user = person();
    const client = await ready(open(await token(user, 1, -3)));
    const witness = await ready(open(await token(person(), 1, -2)));
    await client.ask('refresh_token', { token: await token(user) });
    await witness.disconnected();
    expect((await client.call('watch_presence', watch)).ok).toBe(true);
  });
});

test('a reader that does not read is cut off and comes back, and harms nobody', async () => {
  const [slow, fast, writer] = [person(), person(), person()];
  const write = await system.rest(writer);
  const group = { type: 'group', name: 'slow', participantIds: [slow, fast] };
  const conversationId = (await write('POST', '/conversations', group)).data.conversation.id;
  const [slowClient, fastClient] = [await connect(slow), await connect(fast)];
  const { engine } = slowClient.socket.io as unknown as {
    engine: { transport: { ws: { pause(): void; resume(): void } } };
  };
  const { ws } = engine.transport;
  ws.pause();
  const attachments = Array.from({ length: 10 }, (_, index) => ({
    url: `https://files.example/${'x'.repeat(2_000)}`,
    name: String(index),
    mime_type: 'text/plain',
    size: 1,
  }));
  let sent = 0;
  await until(
    'the slow one is gone',
    async () => {
      const replies = await Promise.all(
        Array.from({ length: 20 }, () =>
          write('POST', `/conversations/${conversationId}/messages`, { type: 'file', attachments }),
        ),
      );
      sent += replies.filter((reply) => reply.status === 201).length;
      const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
      return /vestnik_users\{[^}]*\} 1\b/.test(metrics);
    },
    30_000,
  );
  ws.resume();
  await until('it is back', () => slowClient.events('ready').length === 2);
  await until('the fast one has all', () => fastClient.events('new_message').length >= sent);
  const heard = fastClient.events('new_message').map((event) => event.message.seq);
  expect(heard).toEqual(Array.from({ length: heard.length }, (_, index) => index + 1));
  expect(fastClient.disconnects).toEqual([]);
});

test('refused tokens of an address are limited, on all doors, and a good token passes all the same', async () => {
  for (let tries = 0; tries < 10; tries += 1) {
    const client = open('bad');
    const error = await new Promise<Error & { data?: unknown }>((resolve) =>
      client.socket.on('connect_error', resolve),
    );
    expect(error.message).toBe('Authentication error');
    expect(error.data).toEqual({ code: 'unauthorized', message: expect.any(String) });
    expect(client.socket.active).toBe(false);
  }
  const slowed = open('bad');
  const errors: unknown[] = [];
  let attempts = 0;
  slowed.socket.on('connect_error', (error) => errors.push(error));
  slowed.socket.io.on('reconnect_attempt', () => (attempts += 1));
  await until('it tries again by itself', () => attempts > 0);
  expect([errors, slowed.socket.active]).toEqual([[], true]);
  slowed.close();
  expect(await attempt(system.socketUrl(), 'bad')).toMatchObject({ status: 429, retryAfter: expect.any(Number) });
  expect((await attempt(system.socketUrl(), 'bad', undefined, true)).status).toBe(101);
  const browser = await attempt(system.socketUrl(), 'bad', undefined, true);
  expect((await browser.closed).code).toBe(4429);
  expect((await attempt(system.socketUrl())).status).toBe(401);
  await ready(open(await token(person())));
  await (await system.connect(person())).close();
  expect((await (await system.rest(person()))('GET', '/unread-count')).status).toBe(200);
});
