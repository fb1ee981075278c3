import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationsEndpoints as endpoints } from '@vestnik/contracts';
import { patiently } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

/** Users of company 2 begin at 200, those of company 1 are below. */
const OUTSIDERS = 200;

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await prepareService();
  await service.sql(
    'insert into conversations.people (user_id, company_id, version) select id, 1 + (id >= $1)::integer, 1 from generate_series(1, 400) id',
    [OUTSIDERS],
  );
  await service.start({
    LIMIT_USER_CONVERSATIONS: '6',
    LIMIT_USER_CREATIONS_PER_HOUR: '4',
    LIMIT_USER_STRANGERS_PER_HOUR: '3',
  });
});
afterAll(() => service.stop());

const outcomesOf = async (requests: Promise<unknown>[]) =>
  (await Promise.allSettled(requests)).map((outcome) =>
    outcome.status === 'fulfilled' ? 'done' : (outcome.reason.code as string),
  );

test('a user creates so many conversations an hour, also at the same time, and is told when the hour ends', async () => {
  const outcomes = await outcomesOf(Array.from({ length: 8 }, (_, index) => service.createGroup(1, 10 + index)));
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(4);
  expect(outcomes.filter((outcome) => outcome === 'rate_limited')).toHaveLength(4);
  const refusal = await service.createDirect(1, 30).catch((error) => error);
  expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
  expect(refusal.retryAfterSeconds).toBeGreaterThan(3_000);
  expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(3_600);
  await service.sql("update conversations.quota_uses set since = since - interval '1 hour'");
  expect((await service.createDirect(1, 30)).type).toBe('direct');
});

test('nobody brings a user into more conversations than one user may be in, and the refusal creates nothing', async () => {
  for (const owner of [40, 41, 42, 43, 44, 45]) await service.createGroup(owner, 50);
  await expect(service.createGroup(46, 47, 50)).rejects.toMatchObject({ code: 'forbidden', reason: 'quota' });
  const { id } = await service.createGroup(46, 47);
  const adding = { user_id: 46, conversation_id: id, participant_ids: [50] };
  await expect(service.bus.request(endpoints.addParticipants, adding)).rejects.toMatchObject({
    code: 'forbidden',
    reason: 'quota',
  });
  const own = await service.sql('select from conversations.participants where user_id = 50');
  expect(own).toHaveLength(6);
  expect((await service.see(47, id))?.participants).toEqual([46, 47]);
});

test('creations at the same time bring a user into no more conversations than that either', async () => {
  const owners = Array.from({ length: 16 }, (_, index) => 80 + index);
  const outcomes = await outcomesOf(owners.map((owner) => service.createGroup(owner, 70)));
  const done = outcomes.filter((outcome) => outcome === 'done').length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThanOrEqual(6);
  expect(await service.sql('select from conversations.participants where user_id = 70')).toHaveLength(done);
});

test('a user writes to and adds so many people of other companies an hour, those known to the user not counted', async () => {
  const create = (participant_ids: number[]) =>
    service.bus.request(endpoints.createGroup, { user_id: 60, company_id: 1, name: 'Tea', participant_ids });
  await expect(create([200, 201, 202, 203])).rejects.toMatchObject({ code: 'forbidden', reason: 'quota' });
  const { conversation } = await create([200, 201, 61, 62, 63, 64]);
  // Contacts by now, and so no strangers.
  await create([200, 201]);
  const add = (participant_ids: number[]) =>
    service.bus.request(endpoints.addParticipants, {
      user_id: 60,
      company_id: 1,
      conversation_id: conversation.id,
      participant_ids,
    });
  await expect(add([202, 203])).rejects.toMatchObject({ code: 'rate_limited' });
  await add([202]);
  const direct = { user_id: 60, company_id: 1, participant_id: 203 };
  await expect(service.bus.request(endpoints.createDirect, direct)).rejects.toMatchObject({ code: 'rate_limited' });
});

test('a company has so many groups with participants, also at the same time, and an empty one makes room', async () => {
  const limited = await prepareService();
  try {
    await limited.sql(
      'insert into conversations.people (user_id, company_id, version) select id, id / 100, 1 from generate_series(1, 400) id',
    );
    await Promise.all([0, 1].map(() => limited.start({ LIMIT_COMPANY_GROUPS: '3' })));
    const creations = Array.from({ length: 8 }, (_, index) =>
      patiently(() => limited.createGroup(101 + index, 120 + index)),
    );
    const outcomes = await Promise.allSettled(creations);
    const created = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(created).toHaveLength(3);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'forbidden', reason: 'quota' });
    }
    // Another company has room of its own, and direct conversations do not count.
    await limited.createGroup(201, 202);
    await limited.createDirect(110, 111);
    const use = async () => limited.bus.request(endpoints.readCompanyUse, { company_id: 1 });
    expect(await use()).toEqual({ groups: 3, groups_limit: 3 });
    const [{ id, participants }] = created as [(typeof created)[number]];
    for (const user_id of participants) {
      await limited.bus.request(endpoints.removeParticipant, { user_id, conversation_id: id, participant_id: user_id });
    }
    expect(await use()).toEqual({ groups: 2, groups_limit: 3 });
    await limited.createGroup(130, 131);
    await expect(limited.createGroup(132, 133)).rejects.toMatchObject({ code: 'forbidden', reason: 'quota' });
    expect(await use()).toEqual({ groups: 3, groups_limit: 3 });
  } finally {
    await limited.stop();
  }
});
