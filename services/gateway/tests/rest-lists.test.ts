import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '@vestnik/logging';
import { connectTestBus, type System, startSystem, until } from '@vestnik/testing';
import fc from 'fast-check';
import { told } from './rest-replies.ts';

type Rest = Awaited<ReturnType<System['rest']>>;

let system: System;
/** Every test has people of its own. */
let lastUser = 0;
const newUser = () => (lastUser += 1);

beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['messages'],
    instances: { gateway: 2 },
    settings: { LIMIT_REQUESTS_PER_SECOND: '0' },
  });
});
afterAll(() => system.stop());

async function createGroup(owner: number, others: number[], name = 'a group'): Promise<number> {
  const rest = await system.rest(owner);
  const created = await rest('POST', '/conversations', { type: 'group', name, participantIds: others });
  expect(created.status).toBe(201);
  return created.data.conversation.id;
}

async function send(rest: Rest, conversationId: number, content: string): Promise<void> {
  expect((await rest('POST', `/conversations/${conversationId}/messages`, { content })).status).toBe(201);
}

describe('the list of conversations', () => {
  test('shows newest activity first, with what is unread in each and in all', async () => {
    const [reader, writer] = [newUser(), newUser()];
    const [asReader, asWriter] = [await system.rest(reader, 0), await system.rest(writer, 1)];
    const ids: number[] = [];
    for (let index = 0; index < 3; index += 1) ids.push(await createGroup(writer, [reader], `group ${index}`));
    const [first, second, third] = ids;
    const listed = async () =>
      (await asReader('GET', '/conversations')).data.conversations.map((conversation: Record<string, unknown>) => [
        conversation['id'],
        conversation['unread_count'],
        conversation['last_message_content'],
      ]);
    const send = (id: number | undefined, content: string) =>
      asWriter('POST', `/conversations/${id}/messages`, { content });

    expect(await listed()).toEqual([third, second, first].map((id) => [id, 0, null]));
    await send(first, 'one');
    await send(second, 'two');
    await send(first, 'three');
    expect(await listed()).toEqual([
      [first, 2, 'three'],
      [second, 1, 'two'],
      [third, 0, null],
    ]);
    expect((await asReader('GET', '/unread-count')).data).toEqual({ unread_count: 3 });

    const read = await asReader('POST', `/conversations/${first}/read`, { upToSeq: 1 });
    expect(read.data).toEqual({ up_to_seq: 1, read_at: expect.any(String), unread_count: 1 });
    expect((await asReader('GET', '/unread-count')).data).toEqual({ unread_count: 2 });
    expect((await asWriter('GET', '/unread-count')).data).toEqual({ unread_count: 0 });
    expect((await listed())[0]).toEqual([first, 1, 'three']);
  });

  test('shows a change at once through every gateway, and shows a removed user nothing more', async () => {
    const [owner, member, guest] = [newUser(), newUser(), newUser()];
    const id = await createGroup(owner, [member]);
    const through = async (user: number) => [await system.rest(user, 0), await system.rest(user, 1)] as [Rest, Rest];
    const [asOwner, asMember, asGuest] = [await through(owner), await through(member), await through(guest)];
    const listed = async (rest: Rest) => (await rest('GET', '/conversations')).data.conversations;
    const expectAll = async (rests: Rest[], conversations: object[]) => {
      for (const rest of rests)
        expect(await listed(rest)).toEqual(conversations.map((each) => expect.objectContaining(each)));
    };
    await expectAll([...asOwner, ...asMember], [{ id, name: 'a group' }]);
    for (const [index, name] of ['one', 'two', 'line\nbreak "quoted" чай', 'four'].entries()) {
      expect((await asOwner[index % 2 === 0 ? 0 : 1]('PATCH', `/conversations/${id}`, { name })).status).toBe(200);
      await expectAll([...asMember, ...asOwner], [{ id, name }]);
    }
    await asOwner[0]('POST', `/conversations/${id}/participants`, { participantIds: [guest] });
    await expectAll([...asGuest, ...asMember], [{ id, name: 'four', participants: [owner, member, guest] }]);
    await asOwner[1]('DELETE', `/conversations/${id}/participants/${member}`);
    await expectAll(asMember, []);
    await expectAll(asGuest, [{ id, name: 'four', participants: [owner, guest] }]);
  });

  test('shows a change at once to its author, even where messages could not be notified', async () => {
    const [owner, member] = [newUser(), newUser()];
    const id = await createGroup(owner, [member], 'before');
    const rest = await system.rest(owner);
    expect((await rest('GET', '/conversations')).data.conversations).toMatchObject([{ id, name: 'before' }]);
    const logger = createLogger('test', 'silent');
    const bus = await connectTestBus(system.servers.natsUrl, logger);
    const { consumers } = await bus.manager();
    const consumer = ['CONVERSATIONS', 'messages-conversation-changed'] as const;
    await consumers.pause(...consumer, new Date(Date.now() + 60_000));
    try {
      await system.kill('messages');
      expect((await rest('PATCH', `/conversations/${id}`, { name: 'after' })).status).toBe(200);
      await system.startProcess('messages');
      const list = await until('messages answers again', async () => {
        const { status, data } = await rest('GET', '/conversations');
        return status === 200 && data;
      });
      expect(list.conversations).toMatchObject([{ id, name: 'after' }]);
    } finally {
      await consumers.resume(...consumer);
      await bus.close();
    }
  });

  test('shows each conversation exactly once across its pages, whatever their size', async () => {
    const user = newUser();
    const rest = await system.rest(user);
    const ids: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      const created = await rest('POST', '/conversations', { participantId: newUser() });
      ids.push(created.data.conversation.id);
    }
    for (const id of ids.filter((_, index) => index % 3 === 0)) {
      await rest('POST', `/conversations/${id}/messages`, { content: 'busy' });
    }
    const whole = (await rest('GET', '/conversations')).data.conversations.map(({ id }: { id: number }) => id);
    expect([...whole].sort((a, b) => a - b)).toEqual(ids);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (limit) => {
        const seen: number[] = [];
        let cursor: string | null = null;
        do {
          const query: string = cursor === null ? `limit=${limit}` : `limit=${limit}&cursor=${cursor}`;
          const { data } = await rest('GET', `/conversations?${query}`);
          expect(data.conversations.length).toBeLessThanOrEqual(limit);
          seen.push(...data.conversations.map(({ id }: { id: number }) => id));
          cursor = data.next_cursor;
        } while (cursor !== null);
        expect(seen).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });
});

describe('history', () => {
  const COUNT = 23;
  let id: number;
  let asAnna: Rest;
  let asBoris: Rest;

  beforeAll(async () => {
    const [anna, boris] = [newUser(), newUser()];
    [asAnna, asBoris] = await Promise.all([system.rest(anna, 0), system.rest(boris, 1)]);
    id = await createGroup(anna, [boris]);
    for (let index = 1; index <= COUNT; index += 1) await send(index % 2 ? asAnna : asBoris, id, `message ${index}`);
  });

  const seqs = (messages: { seq: number }[]) => messages.map(({ seq }) => seq);
  const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index);
  const up = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

  test.each([
    ['limit=5', down(23, 5)],
    ['limit=5&offset=20', down(3, 3)],
    ['offset=23', []],
    ['limit=3&before=10', down(9, 3)],
    ['before=1', []],
    ['before=0', []],
    ['limit=3&after=10', up(11, 3)],
    ['after=23', []],
    ['limit=1000', down(23, 23)],
    ['limit=99999999999999999999', down(23, 23)],
  ])('is newest first, with after oldest first: %s', async (query, expected) => {
    const { data } = await asBoris('GET', `/conversations/${id}/messages?${query}`);
    expect(seqs(data.messages)).toEqual(expected);
  });

  const clamp = (seq: number) => Math.max(0, Math.min(seq, COUNT));
  test.each([
    ['before', (seq: number) => down(clamp(seq - 1), clamp(seq - 1))],
    ['after', (seq: number) => up(seq + 1, clamp(COUNT - seq))],
    ['offset', (offset: number) => down(COUNT - offset, clamp(COUNT - offset))],
  ])('shows each message exactly once across its pages of any size, from any %s', async (place, expected) => {
    const start = fc.integer({ min: 0, max: COUNT + 2 });
    await fc.assert(
      fc.asyncProperty(start, fc.integer({ min: 1, max: 10 }), async (from, limit) => {
        const seen: number[] = [];
        let query = `${place}=${from}`;
        for (;;) {
          const { data } = await asAnna('GET', `/conversations/${id}/messages?limit=${limit}&${query}`);
          expect(data.messages.length).toBeLessThanOrEqual(limit);
          seen.push(...seqs(data.messages));
          if (data.next_cursor === null) break;
          query = `cursor=${data.next_cursor}`;
        }
        expect(seen).toEqual(expected(from));
      }),
      { numRuns: 12 },
    );
  });

  test('begun by offset is continued without a repetition while new messages arrive', async () => {
    const { id: own } = (await asAnna('POST', '/conversations', { participantId: newUser() })).data.conversation;
    for (let index = 0; index < 4; index += 1) await send(asAnna, own, `${index}`);
    const first = await asAnna('GET', `/conversations/${own}/messages?limit=2&offset=0`);
    await send(asAnna, own, 'in between');
    const second = await asAnna('GET', `/conversations/${own}/messages?limit=2&cursor=${first.data.next_cursor}`);
    expect([...seqs(first.data.messages), ...seqs(second.data.messages)]).toEqual([4, 3, 2, 1]);
    expect(second.data.next_cursor).toBeNull();
  });
});

test('presence of a stranger is always offline and never seen', async () => {
  const [anna, boris, stranger] = [newUser(), newUser(), newUser()];
  await createGroup(anna, [boris]);
  const asAnna = await system.rest(anna);
  await Promise.all([system.connect(boris), system.connect(stranger)]);
  const statuses = async () => (await asAnna('GET', `/presence?user_ids=${boris},${stranger}`)).data.statuses;
  await until('presence has heard of the sockets', async () => (await statuses())[0].is_online);
  expect(await statuses()).toMatchObject([
    { user_id: boris, is_online: true },
    { user_id: stranger, is_online: false, last_seen: null },
  ]);
});

test('devices and preferences belong to the user who set them', async () => {
  const [anna, boris] = [newUser(), newUser()];
  const [asAnna, asBoris] = [await system.rest(anna), await system.rest(boris)];
  const registered = await asAnna('POST', '/devices', {
    provider: 'webhook',
    target: { url: 'http://127.0.0.1:9/push' },
  });
  expect(registered).toMatchObject({
    status: 201,
    data: { device: { provider: 'webhook', secret: expect.stringMatching(/^whsec_/) } },
  });
  const { id } = registered.data.device;
  expect((await asAnna('GET', '/devices')).data.devices).toMatchObject([{ id, provider: 'webhook' }]);
  expect((await asAnna('GET', '/devices')).data.devices[0]).not.toHaveProperty('secret');
  expect((await asBoris('GET', '/devices')).data.devices).toEqual([]);
  expect(told(await asBoris('DELETE', `/devices/${id}`))).toMatchObject({ status: 404, code: 'not_found' });
  expect((await asAnna('DELETE', `/devices/${id}`)).status).toBe(200);
  expect((await asAnna('GET', '/devices')).data.devices).toEqual([]);

  const wanted = {
    mutedConversationIds: [3, 5],
    quietHours: { start: '22:00', end: '07:30', timeZone: 'Europe/Moscow' },
  };
  const preferences = {
    muted_conversation_ids: [3, 5],
    quiet_hours: { start: '22:00', end: '07:30', time_zone: 'Europe/Moscow', days: [1, 2, 3, 4, 5, 6, 7] },
    conversations: [],
    push_after_seconds: null,
    version: 1,
  };
  expect((await asAnna('PUT', '/notification-preferences', wanted)).data).toEqual({ preferences });
  expect((await asAnna('GET', '/notification-preferences')).data).toEqual({ preferences });
  expect((await asBoris('GET', '/notification-preferences')).data).toEqual({
    preferences: {
      muted_conversation_ids: [],
      quiet_hours: null,
      conversations: [],
      push_after_seconds: null,
      version: 0,
    },
  });
  const wrong = { quietHours: { start: '25:00', end: '07:30', timeZone: 'Europe/Moscow' } };
  expect(told(await asAnna('PUT', '/notification-preferences', wrong))).toMatchObject({ status: 422, code: 'invalid' });
});

describe('a search', () => {
  const find = (q: string, more = '') => `/search?q=${encodeURIComponent(q)}${more}`;

  test('finds a message from its words, and shows it to participants alone, whoever joins and leaves', async () => {
    const [owner, member, guest] = [newUser(), newUser(), newUser()];
    const [asOwner, asMember, asGuest] = [
      await system.rest(owner, 0),
      await system.rest(member, 1),
      await system.rest(guest),
    ];
    const id = await createGroup(owner, [member]);
    const { message } = (await asOwner('POST', `/conversations/${id}/messages`, { content: 'Оба договоры подписаны' }))
      .data;
    const found = async (rest: Rest) =>
      (await rest('GET', find('договор'))).data.messages.map(({ id }: { id: number }) => id);
    await until('the message is found', async () => (await found(asMember)).length > 0);
    expect((await asOwner('GET', find('договор'))).data).toEqual({
      messages: [expect.objectContaining({ id: message.id, content: 'Оба договоры подписаны' })],
      highlights: { [message.id]: [[4, 8]] },
      next_cursor: null,
    });
    expect(await found(asGuest)).toEqual([]);
    expect(told(await asGuest('GET', find('договор', `&conversation_id=${id}`)))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });

    await asOwner('POST', `/conversations/${id}/participants`, { participantIds: [guest] });
    expect(await found(asGuest)).toEqual([message.id]);
    await asMember('DELETE', `/conversations/${id}/participants/${member}`);
    expect(await found(asMember)).toEqual([]);
    await asOwner('DELETE', `/messages/${message.id}`);
    expect(await found(asGuest)).toEqual([]);
  });

  test.each([
    ['', 400],
    ['?q=', 422],
    ['?q=%20!%3F', 422],
    ['?q=-a', 422],
    ['?q=%00', 422],
    [`?q=${'a'.repeat(200)}`, 200],
    [`?q=${encodeURIComponent('😀a'.repeat(100))}`, 200],
    [`?q=${'a'.repeat(201)}`, 422],
    ['?q=a&has=file', 200],
    ['?q=a&has=video', 422],
    ['?q=a&since=2026-01-31T10:00:00Z&until=2026-02-01', 200],
    ['?q=a&since=2026-01-31T10:00:00.123456%2B03:00', 200],
    ['?q=a&since=yesterday', 400],
    ['?q=a&until=0000-01-01T00:00:00Z', 400],
    ['?q=a&sender_id=x', 400],
    ['?q=a&conversation_id=0', 400],
    ['?q=a&mentions=7', 200],
    ['?q=a&mentions=all', 400],
    ['?q=a&q=b', 400],
    ['?q=a&text=b', 400],
    ['?q=a&cursor=x', 400],
    ['?q=a&limit=0', 400],
  ])('%s is answered with %i', async (query, status) => {
    const rest = await system.rest(newUser());
    expect((await rest('GET', `/search${query}`)).status).toBe(status);
  });
});
