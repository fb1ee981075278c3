import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClientEvent, ErrorBody } from '@vestnik/contracts';
import { type System, startSystem, type TestClient, token } from '@vestnik/testing';
import { io } from 'socket.io-client';
import { routes } from '../src/doors/rest/routes.ts';
import { told } from './rest-replies.ts';

/** An owner with a participant, and somebody who has nothing to do with them. */
const [owner, participant, stranger, removed] = [1, 2, 3, 4] as [number, number, number, number];
const UNKNOWN = 999_999_999;

let system: System;
let call: Record<number, Awaited<ReturnType<System['rest']>>>;
let conversationId = 0;
let messageId = 0;
let deviceId = 0;

beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' } });
  const all = [owner, participant, stranger, removed];
  call = Object.fromEntries(await Promise.all(all.map(async (user) => [user, await system.rest(user)])));
});
afterAll(() => system.stop());

const as = (user: number) => call[user] as NonNullable<(typeof call)[number]>;

beforeEach(async () => {
  const group = { type: 'group', name: 'private', participantIds: [participant, removed] };
  conversationId = (await as(owner)('POST', '/conversations', group)).data.conversation.id;
  await as(owner)('DELETE', `/conversations/${conversationId}/participants/${removed}`);
  const sent = await as(owner)('POST', `/conversations/${conversationId}/messages`, { content: 'secret' });
  messageId = sent.data.message.id;
  const device = { provider: 'fcm', target: { token: `of the owner, ${messageId}` } };
  await as(owner)('DELETE', `/devices/${deviceId}`);
  deviceId = (await as(owner)('POST', '/devices', device)).data.device.id;
});

/** All that the owner sees of what others tried to touch. */
async function seenByOwner(): Promise<unknown[]> {
  const paths = [`/conversations/${conversationId}`, `/conversations/${conversationId}/messages`, '/devices'];
  return Promise.all(paths.map(async (path) => (await as(owner)('GET', path)).data));
}

/** A body that is right for each route that takes one. */
const bodies: Record<string, () => object> = {
  'PATCH /conversations/:conversationId': () => ({ name: 'taken over' }),
  'POST /conversations/:conversationId/participants': () => ({ participantIds: [stranger] }),
  'POST /conversations/:conversationId/messages': () => ({ content: 'hello from outside' }),
  'POST /conversations/:conversationId/read': () => ({ upToSeq: 1 }),
  'PATCH /messages/:messageId': () => ({ content: 'changed' }),
  'PATCH /company/contracts/:companyId': () => ({ terms: { direct: true, groups: true, invite: true } }),
};
/** Every route with an id in its path, of the caller or of another user. */
const naming = routes.filter(({ path }) => path.includes(':')).map(({ method, path }) => [method, path] as const);

const pathOf = (path: string, ids: { conversation: number; message: number; device: number }) =>
  path
    .replace(':conversationId', `${ids.conversation}`)
    .replace(':messageId', `${ids.message}`)
    .replace(':emoji', encodeURIComponent('👀'))
    .replace(':deviceId', `${ids.device}`)
    .replace(':blockId', `${ids.message}`)
    .replace(':companyId', '2')
    .replace(':userId', `${owner}`);

describe.each([
  ['a stranger', stranger],
  ['somebody who was removed', removed],
])('%s', (_, user) => {
  test.each(naming)('is refused, as if nothing were there, and changes nothing: %s %s', async (method, path) => {
    const before = await seenByOwner();
    const body = bodies[`${method} ${path}`]?.();
    const existing = pathOf(path, { conversation: conversationId, message: messageId, device: deviceId });
    const unknown = pathOf(path, { conversation: UNKNOWN, message: UNKNOWN, device: UNKNOWN });
    const refusal = told(await as(user)(method, existing, body));
    expect(refusal).toMatchObject(
      /^\/(devices|blocks)\//.test(path) ? { status: 404, code: 'not_found' } : { status: 403, code: 'forbidden' },
    );
    expect(told(await as(user)(method, unknown, body))).toEqual(refusal);
    expect(await seenByOwner()).toEqual(before);
  });

  test('finds nothing of it in lists, counts and presence', async () => {
    const listed = (await as(user)('GET', '/conversations')).data.conversations;
    expect(listed.map((conversation: { id: number }) => conversation.id)).not.toContain(conversationId);
    expect((await as(user)('GET', '/unread-count')).data.unread_count).toBe(0);
    const socket = await system.connect(owner);
    const { statuses } = (await as(user)('GET', `/presence?user_ids=${owner}`)).data;
    expect(statuses).toEqual([{ user_id: owner, is_online: false, last_seen: null }]);
    await socket.close();
  });

  test('is refused by every event of a socket, changes nothing, and hears nothing', async () => {
    const client: TestClient = await system.connect(user);
    const before = await seenByOwner();
    const data: Record<Exclude<ClientEvent, 'watch_presence' | 'refresh_token' | 'set_activity' | 'sync'>, object> = {
      send_message: { conversationId, content: 'from outside' },
      typing: { conversationId, isTyping: true },
      read_messages: { conversationId, upToSeq: 1 },
      edit_message: { messageId, content: 'changed' },
      delete_message: { messageId },
      pin_message: { messageId },
      unpin_message: { messageId },
      add_reaction: { messageId, emoji: '👀' },
      remove_reaction: { messageId, emoji: '👀' },
    };
    for (const [event, input] of Object.entries(data)) {
      expect({ event, code: (await client.call(event, input)).error?.code }).toEqual({ event, code: 'forbidden' });
    }
    const asked = [
      { id: conversationId, afterSeq: 0 },
      { id: UNKNOWN, afterSeq: 0 },
    ];
    expect((await client.ask('sync', { conversations: asked })).conversations).toEqual(
      asked.map(({ id }) => ({ id, error: 'forbidden' })),
    );
    expect(await seenByOwner()).toEqual(before);
    await as(owner)('POST', `/conversations/${conversationId}/messages`, { content: 'still private' });
    await client.ask('watch_presence', { userIds: [owner] });
    expect(client.frames.filter((frame) => JSON.stringify(frame).includes('private'))).toEqual([]);
    await client.close();
  });

  test('cannot reach it by a message of their own: neither by answering nor by reading', async () => {
    const own = await as(user)('POST', '/conversations', { participantId: 50, message: 'own' });
    const ownId: number = own.data.conversation.id;
    const answer = await as(user)('POST', `/conversations/${ownId}/messages`, { content: 'x', replyToId: messageId });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const unknown = await as(user)('POST', `/conversations/${ownId}/messages`, { content: 'x', replyToId: UNKNOWN });
    expect(told(answer)).toEqual(told(unknown));
    const read = await as(user)('POST', `/conversations/${ownId}/read`, { messageIds: [messageId] });
    expect(told(read)).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('a participant', () => {
  test('a user who is not the owner cannot rename, add or remove; a user who is not the sender cannot edit or delete', async () => {
    const before = await seenByOwner();
    const tries: [string, string, object?][] = [
      ['PATCH', `/conversations/${conversationId}`, { name: 'mine now' }],
      ['POST', `/conversations/${conversationId}/participants`, { participantIds: [stranger] }],
      ['DELETE', `/conversations/${conversationId}/participants/${owner}`],
      ['PATCH', `/messages/${messageId}`, { content: 'changed' }],
      ['DELETE', `/messages/${messageId}`],
    ];
    for (const [method, path, body] of tries) {
      expect(told(await as(participant)(method, path, body))).toMatchObject({ status: 403, code: 'forbidden' });
    }
    expect(await seenByOwner()).toEqual(before);
  });

  test('cannot speak for another or set what is not theirs to set: surplus fields are nothing', async () => {
    const surplus = {
      sender_id: owner,
      senderId: owner,
      user_id: owner,
      id: 1,
      seq: 1,
      created_at: '2000-01-01T00:00:00.000Z',
    };
    const body = JSON.stringify({ content: 'mine', ...surplus }).replace('{', '{"__proto__":{"sender_id":1},');
    const sent = await as(participant)('POST', `/conversations/${conversationId}/messages`, body);
    expect(sent.data.message).toMatchObject({ sender_id: participant, seq: 2, client_message_id: null });
    expect(sent.data.message.id).not.toBe(1);
    expect(Math.abs(Date.parse(sent.data.message.created_at) - Date.now())).toBeLessThan(60_000);
    const group = { type: 'group', name: 'g', participantIds: [owner], owner_id: owner, version: 99, id: 1 };
    const { conversation } = (await as(participant)('POST', '/conversations', group)).data;
    expect(conversation).toMatchObject({ name: 'g', participants: [participant, owner] });
    expect((await as(participant)('PATCH', `/conversations/${conversation.id}`, { name: 'h' })).status).toBe(200);
  });
});

/** How a native handshake is answered: its status and, where it was refused, what is said of it. */
function upgrade(extra: Record<string, string>): Promise<{ status: number | undefined; body: string }> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...extra,
  };
  return new Promise((resolve, reject) => {
    const asked = request(system.socketUrl().replace('ws:', 'http:'), { headers });
    asked.on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    asked.on('upgrade', ({ statusCode: status }, socket) => {
      socket.destroy();
      resolve({ status, body: '' });
    });
    asked.on('error', reject).end();
  });
}

test('what a browser sends along by itself opens nothing: neither a cookie nor the page it comes from', async () => {
  const headers = { origin: system.restUrl(), cookie: 'token=x; session=1', referer: system.restUrl() };
  expect((await fetch(`${system.restUrl()}/api/messenger/conversations`, { headers })).status).toBe(401);
  expect((await upgrade(headers)).status).toBe(401);
  expect((await upgrade({ ...headers, authorization: `Bearer ${await token(owner)}` })).status).toBe(101);
});

test('whatever is wrong with a token, every door says the same of it', async () => {
  const tokens = ['nonsense', await token(owner, 1, -60), `${await token(owner)}x`];
  const said = new Set<string>();
  for (const authorization of [...tokens.map((wrong) => `Bearer ${wrong}`), 'Basic dXNlcjpwYXNz']) {
    const headers = { authorization };
    const response = await fetch(`${system.restUrl()}/api/messenger/conversations`, { headers });
    const { error } = (await response.json()) as { error: ErrorBody };
    said.add(JSON.stringify({ code: error.code, message: error.message }));
    said.add(JSON.stringify(JSON.parse((await upgrade(headers)).body).error));
  }
  for (const wrong of tokens) {
    const socket = io(system.socketUrl().replace('/ws', ''), {
      auth: { token: wrong },
      reconnection: false,
      forceNew: true,
    });
    const refusal = await new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));
    socket.close();
    said.add(JSON.stringify(refusal.data));
  }
  const client = await system.connect(owner);
  for (const wrong of tokens) said.add(JSON.stringify((await client.call('refresh_token', { token: wrong })).error));
  expect([...said]).toEqual([JSON.stringify({ code: 'unauthorized', message: 'A good token is required' })]);
});
