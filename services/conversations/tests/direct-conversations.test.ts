import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationsEndpoints as endpoints } from '@vestnik/contracts';
import { patiently } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.start();
  await service.start();
});
afterAll(() => service.stop());

test('one direct conversation per pair, also when both create it at once (two instances)', async () => {
  const pairs = Array.from({ length: 20 }, (_, index) => [1_000 + index, 2_000 + index] as const);
  const answers = await Promise.all(
    pairs.flatMap(([low, high]) =>
      [0, 1, 2, 3].map((turn) =>
        patiently(() =>
          service.bus.request(endpoints.createDirect, {
            user_id: turn % 2 === 0 ? low : high,
            participant_id: turn % 2 === 0 ? high : low,
          }),
        ),
      ),
    ),
  );
  pairs.forEach((pair, index) => {
    const own = answers.slice(index * 4, index * 4 + 4);
    expect(new Set(own.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(own.filter(({ created }) => created)).toHaveLength(1);
    expect([...(own[0]?.conversation.participants ?? [])].sort()).toEqual([...pair].sort());
  });
  const [stored] = await service.sql<{ rows: number }>(
    "select count(*) as rows from conversations.conversations where type = 'direct'",
  );
  expect(stored?.rows).toBe(pairs.length);
});

test('the database itself refuses a second one for the pair, and a pair in the wrong order', async () => {
  await service.createDirect(11, 12);
  const insert = (low: number, high: number) =>
    service.sql(
      `insert into conversations.conversations (type, direct_low, direct_high, version, created_at, updated_at)
       values ('direct', $1, $2, 1, now(), now())`,
      [low, high],
    );
  await expect(insert(11, 12)).rejects.toMatchObject({ code: '23505' });
  await expect(insert(12, 11)).rejects.toMatchObject({ code: '23514' });
});

test('a direct conversation is never found by a group with the same two people', async () => {
  const group = await service.createGroup(21, 22);
  const first = await service.bus.request(endpoints.createDirect, { user_id: 21, participant_id: 22 });
  expect(first.created).toBe(true);
  expect(first.conversation.id).not.toBe(group.id);
  const again = await service.bus.request(endpoints.createDirect, { user_id: 22, participant_id: 21 });
  expect(again).toEqual({ conversation: first.conversation, created: false });
});

test('a direct conversation has no name and no owner, and starts at version 1', async () => {
  const conversation = await service.createDirect(32, 31);
  expect(conversation).toEqual({
    id: conversation.id,
    type: 'direct',
    name: null,
    owner_id: null,
    company_id: null,
    state: 'active',
    participants: [32, 31],
    version: 1,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updated_at: conversation.created_at,
  });
});

test('a direct conversation with oneself is invalid', async () => {
  await expect(service.createDirect(41, 41)).rejects.toMatchObject({ code: 'invalid' });
});

test('a direct conversation cannot be renamed, joined or left', async () => {
  const { id } = await service.createDirect(51, 52);
  const input = { user_id: 51, conversation_id: id };
  const changes = await Promise.allSettled([
    service.bus.request(endpoints.renameConversation, { ...input, name: 'Ours' }),
    service.bus.request(endpoints.addParticipants, { ...input, participant_ids: [53] }),
    service.bus.request(endpoints.removeParticipant, { ...input, participant_id: 51 }),
    service.bus.request(endpoints.removeParticipant, { ...input, participant_id: 52 }),
  ]);
  const codes = changes.map((change) => change.status === 'rejected' && change.reason.code);
  expect(codes).toEqual(['invalid', 'invalid', 'invalid', 'invalid']);
});
