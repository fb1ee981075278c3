import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Conversation, conversationsEndpoints as endpoints } from '@vestnik/contracts';
import { KEYED_ACCESS, type Statement, statement } from '@vestnik/database';
import { listAudiences } from '../src/store/audiences.ts';
import * as statements from '../src/store/statements.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
let tea: Conversation;
let coffee: Conversation;
let direct: Conversation;

const UNKNOWN = 9_999_999;

beforeAll(async () => {
  service = await prepareService();
  await service.start();
  tea = await service.createGroup(1, 2, 3);
  coffee = await service.createGroup(2, 4);
  direct = await service.createDirect(1, 5);
});
afterAll(() => service.stop());

const byId = (conversations: Conversation[]) => [...conversations].sort((a, b) => a.id - b.id);

const describe = async (...asks: [userId: number, ...conversationIds: number[]][]) => {
  const input = { asks: asks.map(([user_id, ...conversation_ids]) => ({ user_id, conversation_ids })) };
  const lines = await service.bus.requestLines(endpoints.describeConversations, input);
  return lines.map((line) => (line.length === 0 ? null : (JSON.parse(line.toString()) as Conversation)));
};

test('describe-conversations gives to each caller the named conversations that the caller is in, in the order asked', async () => {
  const ids = [tea.id, coffee.id, direct.id, UNKNOWN, tea.id] as const;
  const seen = [tea, null, direct, null, tea, null, null, null, null, null, tea, coffee, null, null, tea];
  expect(await describe([1, ...ids], [9, ...ids], [2, ...ids])).toEqual(seen);
});

test('describe-conversations never shows an older version than the acknowledged one, and shows removed users nothing', async () => {
  const { id } = await service.createGroup(41, 42, 43);
  for (const name of ['first', 'second', 'line\nbreak "quoted" чай']) {
    const { conversation } = await service.bus.request(endpoints.renameConversation, {
      user_id: 41,
      conversation_id: id,
      name,
    });
    expect(await describe([41, id], [42, id])).toEqual([conversation, conversation]);
  }
  const removal = { user_id: 41, conversation_id: id, participant_id: 42 };
  const { conversation } = await service.bus.request(endpoints.removeParticipant, removal);
  expect(await describe([41, id], [42, id], [43, id])).toEqual([conversation, null, conversation]);
});

test('copy-conversations gives the named conversations to every caller, without unknown ones', async () => {
  const input = { conversation_ids: [direct.id, UNKNOWN, coffee.id] };
  expect(byId((await service.bus.request(endpoints.copyConversations, input)).conversations)).toEqual([coffee, direct]);
});

test('list-conversations-of-users lists every named user, also a user without conversations', async () => {
  const { users } = await service.bus.request(endpoints.listConversationsOfUsers, { user_ids: [9, 1, 2, 1] });
  expect(users).toEqual([
    { user_id: 9, conversation_ids: [] },
    { user_id: 1, conversation_ids: [tea.id, direct.id] },
    { user_id: 2, conversation_ids: [tea.id, coffee.id] },
  ]);
});

test('find-contacts gives the users who share a conversation, and the caller', async () => {
  const contactsOf = async (userId: number, ...asked: number[]) =>
    (await service.bus.request(endpoints.findContacts, { user_id: userId, user_ids: asked })).user_ids.sort();
  expect(await contactsOf(1, 1, 2, 3, 4, 5, 9, 5)).toEqual([1, 2, 3, 5]);
  expect(await contactsOf(4, 1, 2, 3)).toEqual([2]);
  expect(await contactsOf(9, 1, 9)).toEqual([9]);
});

test('a user who left is no contact of the participants who stayed', async () => {
  const { id } = await service.createGroup(31, 32);
  await service.bus.request(endpoints.removeParticipant, { user_id: 32, conversation_id: id, participant_id: 32 });
  expect(await service.bus.request(endpoints.findContacts, { user_id: 31, user_ids: [32] })).toEqual({ user_ids: [] });
});

test('input of a wrong shape is bad_request, a value that cannot be is invalid', async () => {
  const asText = { user_ids: ['1'] } as unknown as { user_ids: number[] };
  await expect(service.bus.request(endpoints.listConversationsOfUsers, asText)).rejects.toMatchObject({
    code: 'bad_request',
  });
  const negative = { user_ids: [-1] };
  await expect(service.bus.request(endpoints.listConversationsOfUsers, negative)).rejects.toMatchObject({
    code: 'invalid',
  });
});

/** Returns how Postgres would run a statement with the tables as they are now. */
async function planOf(hot: Statement<unknown>, values: unknown[]): Promise<string> {
  const lines = await service.admin.transaction(async ({ query }) => {
    // The statements name their tables without a schema, as the service's own role sees them.
    await query(statement<never>('', 'set local search_path = conversations'), []);
    for (const [name, value] of Object.entries(KEYED_ACCESS)) {
      await query(statement<never>('', `set local ${name} = ${value}`), []);
    }
    return query(statement<{ 'QUERY PLAN': string }>('', `explain ${hot.text}`), values);
  });
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}

test('the conversations of users are found from the users on, however little is known of the tables', async () => {
  const users = Array.from({ length: 64 }, (_, index) => index + 1);
  const plan = await planOf(listAudiences, [users]);
  expect(plan).toMatch(/conversations_pkey.*\n\s+Index Cond: \(id = m\.conversation_id\)/);
});

test('hot lookups read by index among 100,000 memberships', async () => {
  await service.sql(
    `insert into conversations.conversations (type, name, owner_id, version, created_at, updated_at)
     select 'group', 'Seeded', 1000000 + n, 1, now(), now() from generate_series(1, 20000) n`,
  );
  await service.sql(
    `insert into conversations.participants (conversation_id, user_id, position, joined_at)
     select c.id, case place when 1 then c.owner_id else 1000000 + (c.id * place * 7919) % 20000 - place * 100000 end,
            place, now()
     from conversations.conversations c, generate_series(1, 5) place where c.name = 'Seeded'`,
  );
  await service.sql('analyze conversations.conversations, conversations.participants');
  const ids = [tea.id, coffee.id, direct.id];
  for (const explained of [
    await planOf(statements.describeConversations, [[1, 1, 1], ids]),
    await planOf(statements.copyConversations, [ids]),
    await planOf(statements.listConversationsOfUsers, [[1, 2, 3]]),
    await planOf(statements.findContacts, [1, [2, 3, 4]]),
    await planOf(statements.findDirect, [1, 5]),
    await planOf(listAudiences, [[1, 2, 3]]),
  ]) {
    expect(explained).toContain('Index');
    expect(explained).not.toContain('Seq Scan');
  }
});
