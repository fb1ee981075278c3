import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Database, type Queries, statement } from '@vestnik/database';
import fc from 'fast-check';
import { insertPushes } from '../src/store/candidates.ts';
import { type Attempt, type Claim, type ClaimedPush, takePushes } from '../src/store/claims.ts';
import { deleteDevice } from '../src/store/devices.ts';
import { holdPushes, settlePushes } from '../src/store/held.ts';
import { markFailed, markForRetry, markSent, markSkipped, release } from '../src/store/outcomes.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const LIMITS = { perUser: 8, perDevice: 4 };

let service: ServiceUnderTest;
let database: Database;
let lastMessage = 0;

beforeAll(async () => {
  service = await prepareService();
  database = service.database;
});
afterAll(() => service.stop());

const clear = statement<never>('test-clear', 'truncate pushes, queues, devices restart identity');
beforeEach(() => database.query(clear, []));

const newDevice = statement<{ id: number }>(
  'test-device',
  `insert into devices (user_id, provider, target, target_key, created_at)
   select $1, 'webhook', '{}', gen_random_uuid(), now() returning id`,
);

async function device(userId: number): Promise<number> {
  const [row] = await database.query(newDevice, [userId]);
  return row?.id ?? 0;
}

/** Records pushes of as many messages for a device. */
async function due(userId: number, deviceId: number, count = 1, queries: Queries = database): Promise<void> {
  const judged = Array.from({ length: count }, () => {
    lastMessage += 1;
    const message = { message_id: lastMessage, conversation_id: 1, seq: lastMessage, user_id: userId };
    const preferences = { muted: false, quiet_start: null, quiet_end: null, quiet_time_zone: null };
    const candidate = { ...message, ...preferences, device_id: deviceId, provider: 'webhook' as const, full: false };
    return { candidate, reason: undefined };
  });
  await insertPushes(queries, judged);
}

function claim(about: Partial<Claim> = {}): Promise<ClaimedPush[]> {
  return takePushes(database, {
    isolated: false,
    limits: LIMITS,
    limit: 128,
    underWay: [],
    leaseSeconds: 30,
    ...about,
  });
}

const countBy = (pushes: readonly Attempt[], key: 'user_id' | 'device_id') =>
  Object.fromEntries([...Map.groupBy(pushes, (push) => push[key])].map(([id, those]) => [id, those.length]));

test('takes of one user and of one device no more than their shares, with what is under way', async () => {
  for (let index = 0; index < 50; index += 1) await due(1, await device(1), 3);
  const other = await device(2);
  await due(2, other, 10);

  const first = await claim();
  expect(countBy(first, 'user_id')).toEqual({ 1: 8, 2: 4 });
  expect(countBy(first, 'device_id')[other]).toBe(4);
  expect(await claim({ underWay: first })).toEqual([]);
  const [ended, ...underWay] = first.filter((push) => push.user_id === 1);
  expect(ended?.user_id).toBe(1);
  expect(countBy(await claim({ underWay }), 'user_id')).toEqual({ 1: 1, 2: 4 });
});

test('gives users turns, and the devices of one, however much waited before', async () => {
  const [first, second] = [await device(1), await device(1)];
  await due(1, first, 50);
  await due(1, second, 50);
  await due(2, await device(2), 2);
  const turns: ClaimedPush[] = [];
  for (let turn = 0; turn < 6; turn += 1) turns.push(...(await claim({ limit: 1 })));
  expect(countBy(turns, 'user_id')).toEqual({ 1: 4, 2: 2 });
  expect(countBy(turns, 'device_id')).toMatchObject({ [first]: 2, [second]: 2 });
  const all = turns.map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
});

test('gives a isolated device a share apart, until an attempt at it arrives in time', async () => {
  const id = await device(1);
  await due(1, id, 10);
  const isolated = { isolated: true, limits: { perUser: 2, perDevice: 1 } };
  const [failed, ...underWay] = await claim();
  await markForRetry(database, failed?.id ?? 0, 'timeout', 60);
  expect(await claim({ underWay })).toEqual([]);
  expect(await claim({ ...isolated, underWay })).toEqual([]);
  const [slow] = await claim(isolated);
  await markSent(database, slow?.id ?? 0, true);
  const taken = await claim(isolated);
  expect(taken).toMatchObject([{ device_id: id, isolated: true }]);
  await markSent(database, taken[0]?.id ?? 0, false);
  expect(await claim(isolated)).toEqual([]);
  expect(await claim()).toHaveLength(4);
});

test('at once from several instances takes every push once, and leaves none', async () => {
  for (let user = 1; user <= 40; user += 1) {
    for (let index = 0; index < 5; index += 1) await due(user, await device(user), 4);
  }
  const taken: number[] = [];
  const work = async () => {
    for (let idle = 0; idle < 20; ) {
      const pushes = await claim({ limit: 32 });
      taken.push(...pushes.map(({ id }) => id));
      await Promise.all(pushes.map(({ id }) => markSent(database, id, false)));
      idle = pushes.length === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all([work(), work(), work()]);
  expect(taken).toHaveLength(800);
  expect(new Set(taken).size).toBe(800);
});

test('leaves a queue to a transaction that is recording for it, and finds its pushes', async () => {
  const [id, other] = [await device(1), await device(2)];
  await due(1, id);
  await due(2, other);
  await database.transaction(async (queries) => {
    await due(1, id, 1, queries);
    expect(countBy(await claim(), 'device_id')).toEqual({ [other]: 1 });
  });
  expect(countBy(await claim(), 'device_id')).toEqual({ [id]: 2 });
});

const strayed = statement<{ device_id: number }>(
  'test-strayed',
  `select device_id, q.due_at, p.due_at as first
   from queues q
   full join (select device_id, min(next_attempt_at) as due_at from pushes where state = 'pending' group by device_id) p
     using (device_id)
   where q.due_at is distinct from p.due_at and not coalesce(q.due_at <= now() and p.due_at <= now(), false)`,
);

const act = fc.record({
  kind: fc.constantFrom('due', 'claim', 'sent', 'failed', 'retry', 'skip', 'release', 'hold', 'settle', 'drop'),
  place: fc.nat({ max: 5 }),
  count: fc.integer({ min: 1, max: 5 }),
  isolated: fc.boolean(),
});
type Act = typeof act extends fc.Arbitrary<infer Made> ? Made : never;

test('knows when the first push of every device is due, whatever happens to pushes at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(act, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), async (hands) => {
      await database.query(clear, []);
      const devices: number[] = [];
      for (let index = 0; index < 6; index += 1) devices.push(await device(index % 3));
      const known = async () => (await service.pushes()).map(({ id }) => id);
      const play = async (acts: Act[]) => {
        for (const { kind, place, count, isolated } of acts) {
          const ids = await known();
          const some = Array.from({ length: count }, (_, index) => ids[(place * 7 + index) % ids.length] ?? 0);
          const [one = 0] = some;
          if (kind === 'due') await due(place % 3, devices[place] ?? 0, count);
          if (kind === 'claim') await claim({ isolated, limit: count });
          if (kind === 'sent') await markSent(database, one, isolated);
          if (kind === 'failed') await markFailed(database, one, 'refused');
          if (kind === 'retry') await markForRetry(database, one, 'timeout', isolated ? 0 : 60);
          if (kind === 'skip')
            await markSkipped(
              database,
              some.map((id) => ({ id, reason: 'read' })),
            );
          if (kind === 'release') await release(database, some, isolated ? 0 : 2);
          if (kind === 'hold') await holdPushes(database, some);
          if (kind === 'settle')
            await settlePushes(
              database,
              some.map((id) => ({ id, connected: isolated })),
            );
          if (kind === 'drop')
            await deleteDevice(database, { id: devices[place] ?? 0, userId: place % 3 }, 'device gone');
        }
      };
      await Promise.all(hands.map(play));
      expect(await database.query(strayed, [])).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
