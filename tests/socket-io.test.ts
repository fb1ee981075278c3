import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';
import { createSocketIoClient, ready, type SocketIoClient, TRANSPORTS } from './socket-io-client.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['gateway'],
    instances: { gateway: 2, messages: 2 },
    settings: { FRONTEND_URL: 'https://app.example' },
  });
});
afterAll(() => system.stop());

const clients: SocketIoClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

let lastUser = 10_000;
/** Users that no other test knows. */
const people = (count: number) => Array.from({ length: count }, () => (lastUser += 1));
const urlOf = (gateway = 0) => system.socketUrl(gateway).replace(/^ws(.*)\/ws$/, 'http$1');

function open(jwt: unknown, gateway = 0, transports = 'websocket only', options = {}): SocketIoClient {
  const client = createSocketIoClient(urlOf(gateway), jwt, { ...TRANSPORTS[transports], ...options });
  clients.push(client);
  return client;
}

const connect = async (user: number, gateway = 0, transports = 'websocket only') =>
  ready(open(await token(user), gateway, transports));

async function directBetween(a: number, b: number): Promise<number> {
  const reply = await (await system.rest(a))('POST', '/conversations', { participantId: b });
  return reply.data.conversation.id;
}

const refusalOf = (client: SocketIoClient) =>
  new Promise<Error & { data?: { code: string } }>((resolve) => client.socket.on('connect_error', resolve));

const text = (conversationId: number, content: string) => ({ conversationId, content, type: 'text', attachments: [] });
const allTransports = Object.keys(TRANSPORTS);

describe('the stock client', () => {
  test.each(allTransports)('connects and is told who it is: %s', async (transports) => {
    const [anna] = people(1) as [number];
    const client = await connect(anna, 0, transports);
    expect(client.frames[0]).toEqual({
      event: 'ready',
      data: {
        session_id: expect.any(String),
        user_id: anna,
        company_id: 1,
        server_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
    expect(client.socket.io.engine.transport.name).toBe(transports === 'polling only' ? 'polling' : 'websocket');
  });

  test('may bring its token in a header instead', async () => {
    const [anna] = people(1) as [number];
    const client = open(undefined, 0, 'polling first', {
      extraHeaders: { authorization: `Bearer ${await token(anna)}` },
    });
    expect(await client.next('ready')).toMatchObject({ user_id: anna });
  });

  test.each(allTransports)('without a good token gets connect_error “Authentication error”: %s', async (transports) => {
    const [anna] = people(1) as [number];
    for (const bad of [undefined, 'abc', 7, await token(anna, 1, -60)]) {
      const client = open(bad, 0, transports);
      const error = await refusalOf(client);
      expect(error.message).toBe('Authentication error');
      expect(error.data?.code).toBe('unauthorized');
      expect(client.socket.active).toBe(false);
    }
  });

  test('counts as present, and is gone when it leaves', async () => {
    const [anna, boris] = people(2) as [number, number];
    await directBetween(anna, boris);
    const watcher = await system.connect(boris, 1);
    const client = await connect(anna, 0, 'polling only');
    await watcher.next('user_status', (status) => status.user_id === anna && status.is_online);
    client.close();
    await watcher.next('user_status', (status) => status.user_id === anna && !status.is_online);
  });

  test('is served across origins as configured, and as nobody else', async () => {
    const ask = (origin: string, init: RequestInit = {}) =>
      fetch(`${urlOf()}/socket.io/?EIO=4&transport=polling`, { ...init, headers: { origin } });
    expect((await ask('https://app.example')).headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await ask('https://app.example', { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
  });
});

describe('both doors', () => {
  /** A value with every leaf replaced by its type. */
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shape);
    if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
  };

  test.each(allTransports)('every event is acknowledged with what the native door replies: %s', async (transports) => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const native = await system.connect(anna, 0);
    const client = await connect(anna, 1, transports);
    const { message } = await native.ask('send_message', { ...text(conversationId, 'hello'), clientMessageId: 'same' });
    const own = await token(anna);
    const calls: [event: string, data: unknown][] = [
      ['send_message', { ...text(conversationId, 'ignored'), clientMessageId: 'same' }],
      ['typing', { conversationId, isTyping: true }],
      ['read_messages', { conversationId, upToSeq: 1 }],
      ['edit_message', { messageId: message.id, content: 'edited' }],
      ['add_reaction', { messageId: message.id, emoji: '👍' }],
      ['remove_reaction', { messageId: message.id, emoji: '👍' }],
      ['sync', { conversations: [{ id: conversationId, afterSeq: 0 }] }],
      ['watch_presence', { userIds: [boris] }],
      ['refresh_token', { token: own }],
      ['delete_message', { messageId: message.id }],
      ['typing', { conversationId: 999_999_999, isTyping: true }],
      ['read_messages', { conversationId }],
      ['edit_message', { messageId: 'x', content: '' }],
      ['refresh_token', { token: 'bad' }],
      ['no_such_event', {}],
    ];
    for (const [event, data] of calls) {
      const { id: _, ...reply } = await native.call(event, data);
      const acknowledged = await client.call(event, data);
      expect([event, shape(acknowledged)]).toEqual([event, shape(reply)]);
      expect(acknowledged.error).toEqual(reply.error);
    }
    expect((await client.call('send_message', { ...text(conversationId, 'x'), clientMessageId: 'same' })).data).toEqual(
      (await native.call('send_message', { ...text(conversationId, 'x'), clientMessageId: 'same' })).data,
    );
  });

  test('in one conversation everybody sees the same messages, in one order, without a gap', async () => {
    const members = people(6);
    const owner = await system.rest(members[0] as number);
    const group = await owner('POST', '/conversations', { type: 'group', name: 'g', participantIds: members.slice(1) });
    const conversationId = group.data.conversation.id;
    const devices = await Promise.all([
      system.connect(members[0] as number, 0),
      system.connect(members[1] as number, 1),
      connect(members[2] as number, 0),
      connect(members[3] as number, 1),
      connect(members[4] as number, 0, 'polling only'),
      // Still polling when the messages begin, a WebSocket before they end.
      token(members[5] as number).then(async (jwt) => {
        const client = open(jwt, 1, 'polling first');
        await client.next('ready');
        return client;
      }),
    ]);
    await Promise.all(
      devices.flatMap((device, who) =>
        Array.from({ length: 50 }, (_, index) => device.ask('send_message', text(conversationId, `${who}:${index}`))),
      ),
    );
    const [first, ...others] = devices;
    for (const device of devices) {
      await until('all arrived', () => device.events('new_message').length >= 300);
    }
    expect(first.events('new_message').map((event) => event.message.seq)).toEqual(
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    for (const device of others) expect(device.events('new_message')).toEqual(first.events('new_message'));
    for (const who of devices.keys()) {
      const contents = first.events('new_message').map((event) => event.message.content as string);
      expect(contents.filter((content) => content.startsWith(`${who}:`))).toEqual(
        Array.from({ length: 50 }, (_, index) => `${who}:${index}`),
      );
    }
  });

  test('every live event arrives with the same data', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const actor = await connect(anna, 0);
    const native = await system.connect(boris, 1);
    const listeners = [await connect(boris, 1), await connect(boris, 1, 'polling only')];
    const { message } = await actor.ask('send_message', text(conversationId, 'a «quoted» \\ "text" }]'));
    await actor.ask('edit_message', { messageId: message.id, content: 'b\n' });
    await actor.ask('add_reaction', { messageId: message.id, emoji: '🎉' });
    await actor.ask('delete_message', { messageId: message.id });
    const names = ['new_message', 'message_updated', 'reaction_changed', 'message_deleted'];
    for (const name of names) {
      const expected = await native.next(name);
      for (const listener of listeners) expect(await listener.next(name)).toEqual(expected);
    }
  });

  test.each(allTransports)('a new conversation comes before its messages: %s', async (transports) => {
    const [anna, boris] = people(2) as [number, number];
    const client = await connect(boris, 1, transports);
    const created = await (await system.rest(anna))('POST', '/conversations', {
      participantId: boris,
      message: 'first',
    });
    const { id } = created.data.conversation;
    await client.next('new_message', (event) => event.conversation_id === id);
    const order = client.frames.map((frame) => frame.event).filter((name) => name !== 'user_status');
    expect(order).toEqual(['ready', 'conversation_created', 'new_message']);
  });

  test('typing reaches the others on both doors and none of the own devices', async () => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const own = [await connect(anna), await connect(anna, 0, 'polling only'), await system.connect(anna, 0)] as const;
    const others = [await connect(boris), await connect(boris, 1, 'polling only'), await system.connect(boris, 0)];
    await own[0].ask('typing', { conversationId, isTyping: true });
    for (const other of others) {
      expect(await other.next('user_typing')).toEqual({
        conversation_id: conversationId,
        user_id: anna,
        is_typing: true,
      });
    }
    await own[0].ask('send_message', text(conversationId, 'done'));
    for (const device of own) {
      await device.next('new_message');
      expect(device.events('user_typing')).toEqual([]);
    }
  });

  test.each(allTransports)('reading is told to every socket but the one that read: %s', async (transports) => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const annaClient = await connect(anna, 1);
    const reading = await connect(boris, 0, transports);
    const idle = [await connect(boris, 0), await system.connect(boris, 0)];
    const { message } = await annaClient.ask('send_message', text(conversationId, 'a'));
    const messageIds = [message.id];
    expect(await reading.ask('read_messages', { conversationId, messageIds })).toEqual({
      up_to_seq: 1,
      read_at: expect.any(String),
      unread_count: 0,
    });
    for (const socket of [annaClient, ...idle]) {
      expect(await socket.next('messages_read')).toMatchObject({
        user_id: boris,
        message_ids: messageIds,
        up_to_seq: 1,
      });
    }
    await annaClient.ask('send_message', text(conversationId, 'b'));
    await reading.next('new_message', (event) => event.message.seq === 2);
    expect(reading.events('messages_read')).toEqual([]);
  });

  test.each(allTransports)('who is added joins live, who is removed hears nothing more: %s', async (transports) => {
    const [anna, boris, vera] = people(3) as [number, number, number];
    const owner = await system.rest(anna);
    const { data } = await owner('POST', '/conversations', { type: 'group', name: 'g', participantIds: [boris] });
    const id = data.conversation.id;
    const annaClient = await connect(anna, 0, transports);
    const borisClient = await connect(boris, 1, transports);
    const veraClient = await connect(vera, 1, transports);
    await annaClient.ask('send_message', text(id, 'before'));
    await owner('POST', `/conversations/${id}/participants`, { participantIds: [vera] });
    await veraClient.next('conversation_created', (event) => event.conversation.id === id);
    await borisClient.next('conversation_updated', (event) => event.conversation.participants.includes(vera));
    await veraClient.ask('send_message', text(id, 'I am in'));
    await veraClient.next('new_message', (event) => event.message.content === 'I am in');
    expect(veraClient.events('new_message').map((event) => event.message.seq)).toEqual([2]);

    await owner('DELETE', `/conversations/${id}/participants/${boris}`);
    await borisClient.next('conversation_removed', (event) => event.conversation_id === id);
    const heard = borisClient.events('new_message').length;
    const { message } = await annaClient.ask('send_message', text(id, 'he is gone'));
    await veraClient.next('new_message', (event) => event.message.id === message.id);
    // The message would have come before this answer, which travels on the same socket.
    await borisClient.call('watch_presence', { userIds: [boris] });
    expect(borisClient.events('new_message')).toHaveLength(heard);
    expect((await borisClient.call('send_message', text(id, 'still here?'))).error?.code).toBe('forbidden');
  });
});

describe('a stop of the gateway', () => {
  test.each(allTransports)('the client reconnects by itself and goes on: %s', async (transports) => {
    const [anna, boris] = people(2) as [number, number];
    const conversationId = await directBetween(anna, boris);
    const client = await connect(anna, 1, transports);
    const sender = await system.connect(boris, 0);
    const gateways = system.processes.filter((process) => process.service === 'gateway');
    const stopped = gateways[1] as (typeof gateways)[number];
    const exited = new Promise((resolve) => stopped.child.once('exit', resolve));
    stopped.child.kill('SIGTERM');
    expect(await client.disconnected()).toMatch(/^transport (close|error)$/);
    expect(await exited).toBe(0);
    system.processes.splice(system.processes.indexOf(stopped), 1);
    await sender.ask('send_message', text(conversationId, 'missed'));
    await system.startProcess('gateway', stopped);
    await until('ready again', () => client.events('ready').length === 2);
    const { conversations } = await client.ask('sync', { conversations: [{ id: conversationId, afterSeq: 0 }] });
    expect(conversations[0].messages).toHaveLength(1);
    await sender.ask('send_message', text(conversationId, 'live'));
    await client.next('new_message', (event) => event.message.content === 'live');
    expect(client.disconnects).toHaveLength(1);
  });
});
