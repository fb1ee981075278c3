import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestClient, SECRET, type System, startSystem, token, until } from '@vestnik/testing';
import fc from 'fast-check';
import { WebSocket } from 'ws';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    settings: {
      LIMIT_FRAME_BYTES: '4096',
      LIMIT_CONTENT_LENGTH: '100',
      LIMIT_FRAMES_PER_SECOND: '20',
      LIMIT_FRAMES_BURST: '60',
      LIMIT_REFUSED_TOKENS_PER_MINUTE: '0',
    },
  });
});
afterAll(() => system.stop());

let lastUser = 1_000;
const person = () => (lastUser += 1);
const connectWith = (jwt: string, options = {}) => createTestClient(system.socketUrl(), jwt, options);
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const forge = (header: object, payload: object, key = SECRET, hash = 'sha256') => {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
};
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

describe('the token at the upgrade', () => {
  test('a browser may bring it as a subprotocol and is answered messenger.v1', async () => {
    const client = await connectWith(await token(person()), { subprotocol: true });
    expect(client.socket.protocol).toBe('messenger.v1');
    await client.close();
  });

  test('a subprotocol of another name is not answered as ours, however it is spelt', async () => {
    const jwt = await token(person());
    const socket = new WebSocket(system.socketUrl(), ['xmessenger.v1', 'messenger.v10'], {
      headers: { authorization: `Bearer ${jwt}` },
    });
    // The stock client refuses a server that agrees to none of what it offered.
    await expect(new Promise((_, reject) => socket.on('error', reject))).rejects.toThrow('no subprotocol');
  });

  test.each([
    ['none at all', () => ''],
    ['no JWT', () => 'abc.def.ghi'],
    [
      'algorithm none',
      () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ id: 1, companyId: 1, exp: inAnHour() })}.`,
    ],
    ['another algorithm', () => forge({ alg: 'HS512' }, { id: 1, companyId: 1, exp: inAnHour() }, SECRET, 'sha512')],
    [
      'another key',
      () => forge({ alg: 'HS256' }, { id: 1, companyId: 1, exp: inAnHour() }, 'another key of 32 bytes or more!'),
    ],
    ['no expiry', () => forge({ alg: 'HS256' }, { id: 1, companyId: 1 })],
    ['expired', () => forge({ alg: 'HS256' }, { id: 1, companyId: 1, exp: inAnHour() - 3_700 })],
    ['id as text', () => forge({ alg: 'HS256' }, { id: '1', companyId: 1, exp: inAnHour() })],
    ['id zero', () => forge({ alg: 'HS256' }, { id: 0, companyId: 1, exp: inAnHour() })],
    ['unsafe id', () => forge({ alg: 'HS256' }, { id: 2 ** 53, companyId: 1, exp: inAnHour() })],
    ['no company', () => forge({ alg: 'HS256' }, { id: 1, exp: inAnHour() })],
  ])('refused with 401 before the upgrade: %s', async (_, make) => {
    await expect(connectWith(make())).rejects.toThrow('401');
  });

  test('the token in the URL is not looked at', async () => {
    const socket = new WebSocket(`${system.socketUrl()}?token=${await token(person())}`);
    const status = await new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(401);
    socket.terminate();
  });

  test('a forged token accepted as made by the same key proves that the forgeries above fail for their fault alone', async () => {
    const client = await connectWith(forge({ alg: 'HS256' }, { id: person(), companyId: 1, exp: inAnHour() }));
    await client.close();
  });

  test('a socket is closed with 4401 when its token has run out, unless the token was refreshed', async () => {
    const [staying, leaving] = [person(), person()];
    const short = (user: number) => token(user, 1, 1);
    const [kept, lost] = await Promise.all([connectWith(await short(staying)), connectWith(await short(leaving))]);
    const fresh = await token(staying);
    const { expires_at } = await kept.ask('refresh_token', { token: fresh });
    expect(new Date(expires_at).toISOString()).toBe(expires_at);
    expect((await kept.call('refresh_token', { token: 'nonsense' })).error?.code).toBe('unauthorized');
    expect((await kept.call('refresh_token', { token: await token(person()) })).error?.code).toBe('forbidden');
    expect((await kept.call('refresh_token', { token: await token(staying, 2) })).error?.code).toBe('unauthorized');
    expect(await lost.closed).toBe(4401);
    expect(await kept.ask('watch_presence', { userIds: [1] })).toBeDefined();
    await kept.close();
  });
});

describe('frames', () => {
  test.each([
    ['broken JSON', '{"event":'],
    ['an array', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['no event', '{"id":1,"data":{}}'],
    ['an event that is no text', '{"event":1}'],
  ])('%s closes with 4400', async (_, raw) => {
    const client = await connectWith(await token(person()));
    client.send(raw);
    expect(await client.closed).toBe(4400);
  });

  test('a binary frame closes with 4400', async () => {
    const client = await connectWith(await token(person()));
    client.send(Buffer.from('{"event":"typing"}'));
    expect(await client.closed).toBe(4400);
  });

  test('an unknown event and bad data are answered, by the reply or by the event error', async () => {
    const client = await connectWith(await token(person()));
    expect(await client.call('constructor', {})).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    client.send(JSON.stringify({ event: 'no_such_event', data: {} }));
    expect(await client.next('error')).toEqual({ code: 'bad_request', message: expect.any(String) });
    client.send(JSON.stringify({ id: 'text', event: 'typing', data: { conversationId: 1 } }));
    await until('the reply comes', () => client.frames.some((frame) => frame.id === 'text'));
    await client.close();
  });

  test.each([
    ['numeric text as id', { conversationId: '1', content: 'x' }, 'bad_request'],
    ['no conversation', { content: 'x' }, 'bad_request'],
    ['null content', { conversationId: 1, content: null }, 'bad_request'],
    ['null clientMessageId', { conversationId: 1, content: 'x', clientMessageId: null }, 'bad_request'],
    ['content of another type', { conversationId: 1, content: 7 }, 'bad_request'],
    ['fractional id', { conversationId: 1.5, content: 'x' }, 'bad_request'],
    ['no data', undefined, 'bad_request'],
    ['neither content nor attachment', { conversationId: 1 }, 'invalid'],
    ['empty content and no attachment', { conversationId: 1, content: '' }, 'invalid'],
    ['NUL', { conversationId: 1, content: 'a\0b' }, 'invalid'],
    ['a lone surrogate', { conversationId: 1, content: 'a\ud800b' }, 'invalid'],
    ['too long', { conversationId: 1, content: 'x'.repeat(101) }, 'invalid'],
    ['an unknown type', { conversationId: 1, content: 'x', type: 'video' }, 'invalid'],
    ['empty clientMessageId', { conversationId: 1, content: 'x', clientMessageId: '' }, 'invalid'],
    ['clientMessageId of 65', { conversationId: 1, content: 'x', clientMessageId: 'x'.repeat(65) }, 'invalid'],
    ['a conversation that does not exist', { conversationId: 999_999_999, content: 'x' }, 'forbidden'],
  ])('a send is refused before anything is touched: %s', async (_, data, code) => {
    const client = await connectWith(await token(person()));
    expect((await client.call('send_message', data)).error?.code).toBe(code);
    await client.close();
  });

  test('content is counted in code points and comes back as it was sent', async () => {
    const [anna, boris] = [person(), person()];
    const { data } = await (await system.rest(anna))('POST', '/conversations', { participantId: boris });
    const client = await connectWith(await token(anna));
    // A text that shows nothing is refused, so each sample has a letter.
    const texts = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .map((value) => `${value.replaceAll('\0', '')}a`);
    const samples = ['😀'.repeat(100), 'שלום', '\u202Eabc', 'a\u0001\u001f', '"\\\n', ...fc.sample(texts, 40)];
    for (const content of samples) {
      await until('the rate allows it', async () => {
        const reply = await client.call('send_message', { conversationId: data.conversation.id, content });
        if (reply.error?.code === 'rate_limited') return false;
        expect(reply.data.message.content).toBe(content);
        return true;
      });
    }
    await client.close();
  });

  test('a connection that asks the socket port for what is not there is answered and closed', async () => {
    const url = system.socketUrl().replace(/^ws/, 'http').replace(/\/ws$/, '');
    for (const path of ['/', '/api/messenger/conversations']) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(404);
      expect(response.headers.get('connection')).toBe('close');
      expect(await response.json()).toMatchObject({ success: false, error: { code: 'not_found' } });
    }
  });

  test('who knows no conversation and watches nobody asks for nothing, and gets nothing', async () => {
    const client = await connectWith(await token(person()));
    expect(await client.ask('sync', { conversations: [] })).toEqual({ conversations: [] });
    expect(await client.ask('watch_presence', { userIds: [] })).toEqual({ statuses: [] });
    await client.close();
  });

  test('attachments are returned as given', async () => {
    const [anna, boris] = [person(), person()];
    const { data } = await (await system.rest(anna))('POST', '/conversations', { participantId: boris });
    const client = await connectWith(await token(anna));
    const attachments = [{ url: 'https://files.example/a.png', name: 'a.png', mime_type: 'image/png', size: 12 }];
    const conversationId = data.conversation.id;
    const { message } = await client.ask('send_message', { conversationId, type: 'image', attachments });
    expect(message).toMatchObject({ type: 'image', content: null, attachments });
    await client.close();
  });
});

describe('limits', () => {
  test('a frame beyond its limit closes the socket', async () => {
    const client = await connectWith(await token(person()));
    client.send(JSON.stringify({ event: 'typing', data: 'x'.repeat(5_000) }));
    expect([4413, 1009, 1006]).toContain(await client.closed);
  });

  test('frames beyond the rate are refused with rate_limited, and far beyond it close with 4429', async () => {
    const client = await connectWith(await token(person()));
    const frame = (id: number) => JSON.stringify({ id, event: 'watch_presence', data: { userIds: [1] } });
    for (let id = 1; id <= 90; id += 1) client.send(frame(id));
    await until('a refusal', () => client.frames.some((reply) => reply.error?.code === 'rate_limited'));
    const answered = await until('all are answered', () => {
      const replies = client.frames.filter((reply) => reply.id !== undefined);
      return replies.length === 90 && replies;
    });
    expect(answered.filter((reply) => reply.ok).length).toBeGreaterThanOrEqual(60);
    for (let id = 100; id <= 400; id += 1) client.send(frame(id));
    expect(await client.closed).toBe(4429);
  });

  test('a reader that does not read is closed with 4408, behind what it was sent, and harms nobody', async () => {
    const [slow, fast] = [person(), person()];
    // One writer alone would be slowed down by the cost of such bodies.
    const writers = Array.from({ length: 10 }, person);
    const calls = await Promise.all(writers.map((writer) => system.rest(writer)));
    const [create] = calls as [(typeof calls)[number]];
    const { data } = await create('POST', '/conversations', {
      type: 'group',
      name: 'slow',
      participantIds: [slow, fast, ...writers.slice(1)],
    });
    const conversationId = data.conversation.id;
    const [slowClient, fastClient] = await Promise.all([
      connectWith(await token(slow)),
      connectWith(await token(fast)),
    ]);
    slowClient.socket.pause();
    const attachments = Array.from({ length: 10 }, (_, index) => ({
      url: `https://files.example/${'x'.repeat(4_000)}`,
      name: String(index),
      mime_type: 'text/plain',
      size: 1,
    }));
    // Far more than what the kernel keeps for a connection, and sent at once: the gateway gives up a silent line after 28 s.
    const path = `/conversations/${conversationId}/messages`;
    const replies: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const statuses = calls.map(async (write) => (await write('POST', path, { content: 'x', attachments })).status);
      replies.push(...(await Promise.all(statuses)));
    }
    const sent = replies.filter((status) => status === 201).length;
    await until('the slow reader is gone', async () => {
      const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
      return /vestnik_users\{[^}]*\} 1\b/.test(metrics);
    });
    await until('the fast reader has everything', () => fastClient.events('new_message').length === sent);
    slowClient.socket.resume();
    expect(await slowClient.closed).toBe(4408);
    expect(slowClient.events('new_message').map(({ message }) => message.seq)).toEqual(
      slowClient.events('new_message').map((_, index) => index + 1),
    );
    await fastClient.close();
  });
});
