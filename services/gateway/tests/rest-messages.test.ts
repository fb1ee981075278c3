import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem } from '@vestnik/testing';

type Rest = Awaited<ReturnType<System['rest']>>;

const ANNA = 1;
const BORIS = 2;
const STRANGER = 3;

let system: System;
let asAnna: Rest;
let asBoris: Rest;
let asStranger: Rest;

beforeAll(async () => {
  system = await startSystem({
    instances: { gateway: 2, messages: 2 },
    settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_CONTENT_LENGTH: '100' },
  });
  [asAnna, asBoris, asStranger] = await Promise.all([
    system.rest(ANNA, 0),
    system.rest(BORIS, 1),
    system.rest(STRANGER, 1),
  ]);
});
afterAll(() => system.stop());

/** A new group of Anna and Boris. */
async function newGroup(): Promise<number> {
  const body = { type: 'group', name: 'messages', participantIds: [BORIS] };
  return (await asAnna('POST', '/conversations', body)).data.conversation.id;
}

async function send(rest: Rest, conversationId: number, body: object) {
  const reply = await rest('POST', `/conversations/${conversationId}/messages`, body);
  expect(reply.status).toBe(201);
  return reply.data.message;
}

describe('sending', () => {
  test('answers 201 with the message as everybody sees it', async () => {
    const id = await newGroup();
    const attachment = { url: 'https://files.example.org/1', name: 'счёт.pdf', mime_type: 'application/pdf', size: 12 };
    const body = { content: 'Смотрите 🙂', type: 'file', attachments: [attachment], clientMessageId: 'a-1' };
    const message = await send(asAnna, id, body);
    expect(message).toEqual({
      id: expect.any(Number),
      conversation_id: id,
      seq: 1,
      version: 1,
      sender_id: ANNA,
      client_message_id: 'a-1',
      type: 'file',
      content: 'Смотрите 🙂',
      attachments: [attachment],
      mentions: [],
      pinned_at: null,
      reply_to_id: null,
      reactions: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      edited_at: null,
      deleted_at: null,
      read_at: null,
    });
    expect((await asBoris('GET', `/conversations/${id}/messages`)).data.messages).toEqual([message]);
  });

  test('stores a clientMessageId once: 201, then 200 with the same message, through any gateway', async () => {
    const id = await newGroup();
    const again = await system.rest(ANNA, 1);
    const first = await asAnna('POST', `/conversations/${id}/messages`, { content: 'once', clientMessageId: 'once-1' });
    const second = await again('POST', `/conversations/${id}/messages`, {
      content: 'twice',
      clientMessageId: 'once-1',
    });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.data.message).toEqual(first.data.message);
    expect((await asAnna('GET', `/conversations/${id}/messages`)).data.messages).toHaveLength(1);
  });

  test('stores a clientMessageId once when it is sent many times at the same moment', async () => {
    const id = await newGroup();
    const body = { content: 'race', clientMessageId: 'race-1' };
    const elsewhere = await system.rest(ANNA, 1);
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? asAnna : elsewhere)('POST', `/conversations/${id}/messages`, body),
      ),
    );
    expect(replies.filter((reply) => reply?.status === 201)).toHaveLength(1);
    expect(new Set(replies.map((reply) => reply?.data.message.id)).size).toBe(1);
    expect((await asBoris('GET', `/conversations/${id}/messages`)).data.messages).toHaveLength(1);
  });

  test('refuses a clientMessageId that was used in another conversation with 409', async () => {
    const [one, other] = [await newGroup(), await newGroup()];
    await send(asAnna, one, { content: 'here', clientMessageId: 'elsewhere' });
    const reply = await asAnna('POST', `/conversations/${other}/messages`, {
      content: 'there',
      clientMessageId: 'elsewhere',
    });
    expect(reply).toMatchObject({ status: 409, body: { success: false, error: { code: 'conflict' } } });
    expect((await asAnna('GET', `/conversations/${other}/messages`)).data.messages).toEqual([]);
    await send(asBoris, other, { content: 'mine', clientMessageId: 'elsewhere' });
  });

  test('takes content of exactly the limit, counted in code points', async () => {
    const id = await newGroup();
    const message = await send(asAnna, id, { content: '🙂'.repeat(100) });
    expect(message.content).toBe('🙂'.repeat(100));
  });

  test('a first message that is refused leaves a found conversation as it was and is told', async () => {
    const id = await newGroup();
    await send(asAnna, id, { content: 'taken', clientMessageId: 'taken' });
    await asAnna('POST', '/conversations', { participantId: BORIS });
    const refused = await asAnna('POST', '/conversations', {
      participantId: BORIS,
      message: { content: 'taken', clientMessageId: 'taken' },
    });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    const group = await asAnna('POST', '/conversations', {
      type: 'group',
      name: 'stands',
      participantIds: [BORIS],
      message: { content: 'taken', clientMessageId: 'taken' },
    });
    expect(group).toMatchObject({ status: 201, data: { message_error: { code: 'conflict' } } });
  });
});

describe('reading', () => {
  test('moves the marker forward only, never past the newest message, by seq or by message ids', async () => {
    const id = await newGroup();
    const messages = [];
    for (let index = 0; index < 4; index += 1) messages.push(await send(asAnna, id, { content: `${index}` }));
    const read = async (body: object) => (await asBoris('POST', `/conversations/${id}/read`, body)).data;
    expect(await read({ messageIds: [messages[1].id, messages[0].id] })).toEqual({
      up_to_seq: 2,
      read_at: expect.any(String),
      unread_count: 2,
    });
    expect(await read({ upToSeq: 1 })).toEqual({ up_to_seq: 2, read_at: expect.any(String), unread_count: 2 });
    expect(await read({ upToSeq: 1_000_000 })).toEqual({ up_to_seq: 4, read_at: expect.any(String), unread_count: 0 });
    await send(asAnna, id, { content: 'after' });
    expect((await asBoris('GET', `/conversations/${id}`)).data.conversation.unread_count).toBe(1);
  });

  test('by the id of a message elsewhere is forbidden, and moves nothing', async () => {
    const [id, other] = [await newGroup(), await newGroup()];
    await send(asAnna, id, { content: 'here' });
    const elsewhere = await send(asAnna, other, { content: 'elsewhere' });
    const reply = await asBoris('POST', `/conversations/${id}/read`, { messageIds: [elsewhere.id] });
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    expect((await asBoris('GET', `/conversations/${id}`)).data.conversation.unread_count).toBe(1);
  });
});

describe('changing a message', () => {
  test('an edit shows in the history and in the list', async () => {
    const id = await newGroup();
    const message = await send(asAnna, id, { content: 'befor' });
    const edited = await asAnna('PATCH', `/messages/${message.id}`, { content: 'before' });
    expect(edited).toMatchObject({
      status: 200,
      data: { message: { id: message.id, seq: 1, content: 'before', edited_at: expect.any(String) } },
    });
    expect((await asBoris('GET', `/conversations/${id}/messages`)).data.messages).toEqual([edited.data.message]);
    const list = await asBoris('GET', '/conversations?limit=1');
    expect(list.data.conversations).toMatchObject([{ id, last_message_content: 'before' }]);
  });

  test('a deletion leaves a tombstone that nobody has unread, and is the same when done again', async () => {
    const id = await newGroup();
    const message = await send(asAnna, id, { content: 'gone' });
    const deleted = await asAnna('DELETE', `/messages/${message.id}`);
    expect(deleted).toMatchObject({
      status: 200,
      data: { message: { id: message.id, content: null, attachments: [], deleted_at: expect.any(String) } },
    });
    expect((await asAnna('DELETE', `/messages/${message.id}`)).data).toEqual(deleted.data);
    expect((await asBoris('GET', `/conversations/${id}`)).data.conversation).toMatchObject({
      last_message_content: null,
      unread_count: 0,
    });
    const late = await asAnna('PATCH', `/messages/${message.id}`, { content: 'back' });
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  test('is for its sender alone, and a message that one may not see is forbidden whether or not it exists', async () => {
    const id = await newGroup();
    const message = await send(asAnna, id, { content: 'mine' });
    const refusals = [
      await asBoris('PATCH', `/messages/${message.id}`, { content: 'yours' }),
      await asBoris('DELETE', `/messages/${message.id}`),
      await asStranger('PATCH', `/messages/${message.id}`, { content: 'ours' }),
      await asStranger('PATCH', '/messages/999999999', { content: 'ours' }),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    }
    expect(refusals[3]?.body.error.message).toBe(refusals[2]?.body.error.message);
    expect((await asAnna('GET', `/conversations/${id}/messages`)).data.messages).toEqual([message]);
  });
});

describe('a reaction', () => {
  const pathOf = (messageId: number, emoji: string) => `/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`;

  test('is set and taken back by its path, as by a socket, and everybody hears of it', async () => {
    const message = await send(asAnna, await newGroup(), { content: 'react' });
    const listener = await system.connect(ANNA, 0);
    const family = '👨‍👩‍👧‍👦';
    const set = await asBoris('PUT', pathOf(message.id, family));
    const reactions = [{ emoji: family, user_ids: [BORIS] }];
    expect(set).toMatchObject({ status: 200, data: { message_id: message.id, reactions } });
    expect(await listener.next('reaction_changed')).toMatchObject({ message_id: message.id, reactions });
    expect((await asBoris('PUT', pathOf(message.id, family))).data).toEqual(set.data);
    const removed = await asBoris('DELETE', pathOf(message.id, family));
    expect(removed).toMatchObject({ status: 200, data: { message_id: message.id, reactions: [] } });
    await listener.next('reaction_changed', (event) => event.reactions.length === 0);
    await listener.close();
  });

  test.each(['hello', ' ', '\u200b', '❤', '👍👍', 'a'.repeat(65)])('is one emoji: not %j', async (text) => {
    const message = await send(asAnna, await newGroup(), { content: 'react' });
    const refusal = { status: 422, body: { error: { code: 'invalid' } } };
    expect(await asBoris('PUT', pathOf(message.id, text))).toMatchObject(refusal);
    expect(await asBoris('DELETE', pathOf(message.id, text))).toMatchObject(refusal);
  });
});

describe('one message', () => {
  test('is answered as it is now, and an edit that changes nothing is no edit', async () => {
    const message = await send(asAnna, await newGroup(), { content: 'once' });
    expect((await asBoris('GET', `/messages/${message.id}`)).data).toEqual({ message });
    expect((await asAnna('PATCH', `/messages/${message.id}`, { content: 'once' })).data).toEqual({ message });
    const edited = (await asAnna('PATCH', `/messages/${message.id}`, { content: 'twice' })).data.message;
    expect(edited.edited_at).toEqual(expect.any(String));
    expect((await asBoris('GET', `/messages/${message.id}`)).data).toEqual({ message: edited });
    expect(await asStranger('GET', `/messages/${message.id}`)).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden' } },
    });
  });
});

describe('members', () => {
  test('come in pages, in the order in which they joined, each with both markers', async () => {
    const id = await newGroup();
    for (const content of ['a', 'b']) await send(asAnna, id, { content });
    await asBoris('POST', `/conversations/${id}/read`, { upToSeq: 1 });
    const page = await asBoris('GET', `/conversations/${id}/members?limit=1`);
    const anna = { user_id: ANNA, joined_at: expect.any(String), read_seq: 2, delivered_seq: 2 };
    expect(page.data).toEqual({ members: [anna], next_cursor: expect.any(String) });
    const next = await asBoris('GET', `/conversations/${id}/members?limit=1&cursor=${page.data.next_cursor}`);
    const boris = { user_id: BORIS, joined_at: expect.any(String), read_seq: 1, delivered_seq: 1 };
    expect(next.data).toEqual({ members: [boris], next_cursor: null });
    expect((await asBoris('GET', `/conversations/${id}/members?cursor=x`)).status).toBe(400);
    const { conversation } = (await asBoris('GET', `/conversations/${id}`)).data;
    expect(conversation).toMatchObject({ read_seq: 1, head_seq: 2, unread_count: 1, owner_id: ANNA });
    const listed = (await asBoris('GET', '/conversations?limit=1')).data.conversations[0];
    expect(listed).toEqual(conversation);
  });
});
