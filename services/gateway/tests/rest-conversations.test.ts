import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectTestBus, type System, startSystem, token } from '@vestnik/testing';
import { told } from './rest-replies.ts';

let system: System;
/** Every test has people of its own. */
let lastUser = 0;
const newUser = () => (lastUser += 1);

beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 }, settings: { LIMIT_REQUESTS_PER_SECOND: '0' } });
});
afterAll(() => system.stop());

async function createGroup(owner: number, others: number[], name = 'a group'): Promise<number> {
  const rest = await system.rest(owner);
  const created = await rest('POST', '/conversations', { type: 'group', name, participantIds: others });
  expect(created.status).toBe(201);
  return created.data.conversation.id;
}

function times<Value>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => value);
}

describe('a direct conversation', () => {
  test('exists once, whichever side asks', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const [asAnna, asBoris] = [await system.rest(anna), await system.rest(boris)];
    const created = await asAnna('POST', '/conversations', { participantId: boris });
    expect(created).toMatchObject({
      status: 201,
      data: {
        conversation: {
          type: 'direct',
          name: null,
          participants: [anna, boris],
          last_message_id: null,
          last_message_at: null,
          last_message_time: null,
          last_message_content: null,
          unread_count: 0,
        },
      },
    });
    const found = await asBoris('POST', '/conversations', { participantId: anna });
    expect(found.status).toBe(200);
    expect(found.data.conversation).toEqual(created.data.conversation);
  });

  test('exists once when both sides create it at the same time, through different gateways', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [anna, boris] = [newUser(), newUser()];
      const [asAnna, asBoris] = [await system.rest(anna, 0), await system.rest(boris, 1)];
      const replies = await Promise.all([
        asAnna('POST', '/conversations', { participantId: boris }),
        asBoris('POST', '/conversations', { participantId: anna }),
        asAnna('POST', '/conversations', { participantId: boris }),
        asBoris('POST', '/conversations', { participantId: anna }),
      ]);
      expect(new Set(replies.map((reply) => reply.data.conversation.id)).size).toBe(1);
      expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 201]);
      for (const rest of [asAnna, asBoris]) {
        expect((await rest('GET', '/conversations')).data.conversations).toHaveLength(1);
      }
    }
  });

  test('is not mistaken for a group of the same two', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const group = await createGroup(anna, [boris]);
    const direct = await (await system.rest(anna))('POST', '/conversations', { participantId: boris });
    expect(direct.status).toBe(201);
    expect(direct.data.conversation.id).not.toBe(group);
  });

  test('is created together with its first message, which is stored once however often it is asked for', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const [asAnna, asBoris] = [await system.rest(anna), await system.rest(boris)];
    const body = { participantId: boris, message: { content: 'здравствуйте', clientMessageId: 'first' } };
    const created = await asAnna('POST', '/conversations', body);
    const repeated = await asAnna('POST', '/conversations', body);
    expect([created.status, repeated.status]).toEqual([201, 200]);
    expect(repeated.data.message).toEqual(created.data.message);
    const { id } = created.data.conversation;
    expect(created.data.conversation).toMatchObject({ last_message_content: 'здравствуйте', unread_count: 0 });
    const history = await asBoris('GET', `/conversations/${id}/messages`);
    expect(history.data.messages).toEqual([created.data.message]);
    expect((await asBoris('GET', `/conversations/${id}`)).data.conversation).toMatchObject({
      last_message_id: created.data.message.id,
      last_message_at: created.data.message.created_at,
      last_message_time: created.data.message.created_at,
      unread_count: 1,
    });
  });

  test('keeps its two people and has no name', async () => {
    const [anna, boris, clara] = [newUser(), newUser(), newUser()];
    const rest = await system.rest(anna);
    const { id } = (await rest('POST', '/conversations', { participantId: boris })).data.conversation;
    const attempts = [
      await rest('PATCH', `/conversations/${id}`, { name: 'ours' }),
      await rest('POST', `/conversations/${id}/participants`, { participantIds: [clara] }),
      await rest('DELETE', `/conversations/${id}/participants/${anna}`),
    ];
    expect(attempts.map(told)).toMatchObject(times(3, { status: 422, code: 'invalid' }));
  });
});

describe('a group', () => {
  test('is renamed and filled by its owner alone', async () => {
    const [owner, member, guest] = [newUser(), newUser(), newUser()];
    const id = await createGroup(owner, [member]);
    const [asOwner, asMember] = [await system.rest(owner), await system.rest(member)];
    const refused = [
      await asMember('PATCH', `/conversations/${id}`, { name: 'mine' }),
      await asMember('POST', `/conversations/${id}/participants`, { participantIds: [guest] }),
      await asMember('DELETE', `/conversations/${id}/participants/${owner}`),
    ];
    expect(refused.map(told)).toMatchObject(times(3, { status: 403, code: 'forbidden' }));
    const renamed = await asOwner('PATCH', `/conversations/${id}`, { name: 'Отдел' });
    expect(renamed).toMatchObject({ status: 200, data: { conversation: { id, name: 'Отдел', owner_id: owner } } });
    const added = await asOwner('POST', `/conversations/${id}/participants`, { participantIds: [guest, member] });
    expect(added.data.conversation.participants).toEqual([owner, member, guest]);
  });

  test('is open at once, with its history and nothing unread, to who was added', async () => {
    const [owner, member, guest] = [newUser(), newUser(), newUser()];
    const id = await createGroup(owner, [member]);
    const [asOwner, asGuest] = [await system.rest(owner, 0), await system.rest(guest, 1)];
    await asOwner('POST', `/conversations/${id}/messages`, { content: 'before the guest' });
    await asOwner('POST', `/conversations/${id}/participants`, { participantIds: [guest] });
    const history = await asGuest('GET', `/conversations/${id}/messages`);
    expect(history.data.messages).toMatchObject([{ content: 'before the guest' }]);
    expect((await asGuest('GET', '/conversations')).data.conversations).toMatchObject([{ id, unread_count: 0 }]);
    expect((await asGuest('POST', `/conversations/${id}/messages`, { content: 'hello' })).status).toBe(201);
  });

  test('is closed at once, for reading and writing, to a removed user', async () => {
    const [owner, member, third] = [newUser(), newUser(), newUser()];
    const id = await createGroup(owner, [member, third]);
    const [asOwner, asMember] = [await system.rest(owner, 0), await system.rest(member, 1)];
    const sent = await asMember('POST', `/conversations/${id}/messages`, { content: 'still here' });
    expect(sent.status).toBe(201);
    const removed = await asOwner('DELETE', `/conversations/${id}/participants/${member}`);
    expect(removed.data.conversation.participants).toEqual([owner, third]);
    const attempts = [
      await asMember('POST', `/conversations/${id}/messages`, { content: 'once more' }),
      await asMember('GET', `/conversations/${id}/messages`),
      await asMember('GET', `/conversations/${id}`),
      await asMember('POST', `/conversations/${id}/read`, { upToSeq: 1 }),
    ];
    expect(attempts.map(told)).toMatchObject(times(4, { status: 403, code: 'forbidden' }));
    expect((await asMember('GET', '/conversations')).data.conversations).toEqual([]);
    expect((await asMember('GET', '/unread-count')).data).toEqual({ unread_count: 0 });
    const history = await asOwner('GET', `/conversations/${id}/messages`);
    expect(history.data.messages).toMatchObject([{ content: 'still here' }]);
  });

  test('takes a change of its people at once even while its event is held up', async () => {
    const [owner, member, guest] = [newUser(), newUser(), newUser()];
    const bus = await connectTestBus(system.servers.natsUrl);
    const { consumers } = await bus.manager();
    const consumer = ['CONVERSATIONS', 'messages-conversation-changed'] as const;
    await consumers.pause(...consumer, new Date(Date.now() + 60_000));
    try {
      const id = await createGroup(owner, [member]);
      const [asOwner, asMember, asGuest] = [
        await system.rest(owner),
        await system.rest(member),
        await system.rest(guest),
      ];
      await asOwner('POST', `/conversations/${id}/participants`, { participantIds: [guest] });
      await asOwner('DELETE', `/conversations/${id}/participants/${member}`);
      const send = (rest: typeof asOwner) => rest('POST', `/conversations/${id}/messages`, { content: 'hello' });
      expect([await send(asMember), await send(asGuest)].map(({ status }) => status)).toEqual([403, 201]);
      expect((await asGuest('GET', '/conversations')).data.conversations).toMatchObject([{ id }]);
      expect((await asMember('GET', '/conversations')).data.conversations).toEqual([]);
    } finally {
      await consumers.resume(...consumer);
      await bus.close();
    }
  });

  test('is left by everybody, and its oldest participant inherits', async () => {
    const [owner, member, third] = [newUser(), newUser(), newUser()];
    const id = await createGroup(owner, [member, third]);
    const asOwner = await system.rest(owner);
    const left = await asOwner('DELETE', `/conversations/${id}/participants/${owner}`);
    expect(left).toMatchObject({
      status: 200,
      data: { conversation: { id, owner_id: member, participants: [member, third] } },
    });
    expect((await asOwner('GET', `/conversations/${id}`)).status).toBe(403);
    const asMember = await system.rest(member);
    expect((await asMember('PATCH', `/conversations/${id}`, { name: 'inherited' })).status).toBe(200);
  });
});

test('a conversation that one may not see is forbidden in the same words whether or not it exists', async () => {
  const [owner, member, stranger] = [newUser(), newUser(), newUser()];
  const id = await createGroup(owner, [member]);
  const rest = await system.rest(stranger);
  const requests: [method: string, path: string, body?: object][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'new' }],
    ['POST', '/participants', { participantIds: [stranger] }],
    ['DELETE', `/participants/${stranger}`],
    ['GET', '/messages'],
    ['GET', '/messages?after=0'],
    ['GET', '/messages?offset=0'],
    ['POST', '/messages', { content: 'hello' }],
    ['POST', '/read', { upToSeq: 1 }],
  ];
  for (const [method, path, body] of requests) {
    const existing = await rest(method, `/conversations/${id}${path}`, body);
    const missing = await rest(method, `/conversations/999999999${path}`, body);
    expect(told(existing)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(told(missing)).toEqual(told(existing));
  }
});

describe('a creation under an Idempotency-Key', () => {
  async function create(userId: number, gateway: number, key: string, body: object) {
    const response = await fetch(`${system.restUrl(gateway)}/api/messenger/conversations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await token(userId)}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  test('happens once, and a repetition gets the first answer again, also at the same time through any gateway', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const body = { type: 'group', name: 'once', participantIds: [boris], message: 'first' };
    const answers = await Promise.all([0, 1, 0, 1].map((gateway) => create(anna, gateway, 'key', body)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const rest = await system.rest(anna);
    const { conversations } = (await rest('GET', '/conversations')).data;
    expect(conversations).toHaveLength(1);
    expect(conversations[0].head_seq).toBe(1);
    await rest('PATCH', `/conversations/${conversations[0].id}`, { name: 'renamed' });
    expect(await create(anna, 1, 'key', body)).toEqual(answers[0]);
    expect((await create(anna, 0, 'key', { ...body, name: 'another' })).status).toBe(409);
    expect((await create(boris, 0, 'key', { ...body, participantIds: [anna] })).status).toBe(201);
  });

  test('of a direct conversation answers 201 again, and stores its first message once', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const body = { participantId: boris, message: 'hello' };
    const first = await create(anna, 0, 'direct', body);
    expect(first.status).toBe(201);
    expect(await create(anna, 1, 'direct', body)).toEqual(first);
    expect((await (await system.rest(boris))('GET', '/unread-count')).data.unread_count).toBe(1);
  });

  test('names a message that has no id of its own', async () => {
    const anna = newUser();
    const { data } = await (await system.rest(anna))('POST', '/conversations', { participantId: newUser() });
    const send = async (body: object) => {
      const response = await fetch(`${system.restUrl()}/api/messenger/conversations/${data.conversation.id}/messages`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token(anna)}`,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
        body: JSON.stringify(body),
      });
      const { message } = ((await response.json()) as { data: { message: { id: number } } }).data;
      return { status: response.status, message };
    };
    const first = await send({ content: 'hello' });
    expect(first).toMatchObject({ status: 201, message: { client_message_id: 'once' } });
    expect(await send({ content: 'hello' })).toEqual({ ...first, status: 200 });
    expect(await send({ content: 'hello', clientMessageId: 'own' })).toMatchObject({
      status: 201,
      message: { client_message_id: 'own' },
    });
  });

  test('takes keys of 1 to 64 characters', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const statuses = [];
    for (const key of ['', 'k'.repeat(65), 'k'.repeat(64)]) {
      statuses.push((await create(anna, 0, key, { participantId: boris })).status);
    }
    expect(statuses).toEqual([400, 400, 201]);
  });
});
