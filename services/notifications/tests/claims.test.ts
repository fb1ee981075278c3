import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Database, type Queries, statement } from '@vestnik/database';
import fc from 'fast-check';
import { insertPushes } from '../src/store/candidates.ts';
import { type Attempt, type Claim, type ClaimedPush, takePushes } from '../src/store/claims.ts';
import { deleteDevices } from '../src/store/devices.ts';
import { holdPushes, settlePushes } from '../src/store/held.ts';
import {
  type Claimed,
  markFailed,
  markForRetry,
  markPutOff,
  markSent,
  markSkipped,
  release,
} from '../src/store/outcomes.ts';
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
    const preferences = {
      muted: false,
      mentions_only: false,
      is_mention: false,
      message_created_at: null,
      quiet_start: null,
      quiet_end: null,
      quiet_time_zone: null,
      quiet_days: null,
      push_after_seconds: null,
    };
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
  await markForRetry(database, failed as ClaimedPush, 'timeout', 60);
  expect(await claim({ underWay })).toEqual([]);
  expect(await claim({ ...isolated, underWay })).toEqual([]);
  const [slow] = await claim(isolated);
  await markSent(database, slow as ClaimedPush, true);
  const taken = await claim(isolated);
  expect(taken).toMatchObject([{ device_id: id, isolated: true }]);
  await markSent(database, taken[0] as ClaimedPush, false);
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
      await Promise.all(pushes.map((push) => markSent(database, push, false)));
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
   where q.due_at is distinct from case when p.due_at is not null then greatest(p.due_at, q.paused_until) end
     and not coalesce(q.due_at <= now() and greatest(p.due_at, q.paused_until) <= now(), false)`,
);

/** Pushes as a claim of this moment would carry them. */
const claimable = statement<Claimed>(
  'test-claimable',
  `select p.id, p.device_id, p.next_attempt_at as lease, d.version as device_version
   from pushes p left join devices d on d.id = p.device_id order by p.id`,
);
const NONE: Claimed = { id: 0, device_id: 0, lease: '1970-01-01', device_version: null };

const drop = (id: number) => database.unitOfWork((em) => deleteDevices(em, { id }, 'device gone'));

const act = fc.record({
  kind: fc.constantFrom(
    'due',
    'claim',
    'sent',
    'failed',
    'retry',
    'put off',
    'skip',
    'release',
    'hold',
    'settle',
    'drop',
  ),
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
      const play = async (acts: Act[]) => {
        for (const { kind, place, count, isolated } of acts) {
          const all = await database.query(claimable, []);
          const one = all[(place * 7) % all.length] ?? NONE;
          const some = Array.from({ length: count }, (_, index) => all[(place * 7 + index) % all.length] ?? NONE);
          if (kind === 'due') await due(place % 3, devices[place] ?? 0, count);
          if (kind === 'claim') await claim({ isolated, limit: count });
          if (kind === 'sent') await markSent(database, one, isolated);
          if (kind === 'failed') await markFailed(database, one, 'refused');
          if (kind === 'retry') await markForRetry(database, one, 'timeout', isolated ? 0 : 60);
          if (kind === 'put off') await markPutOff(database, one, 'status 429', isolated ? 0 : 60);
          if (kind === 'skip')
            await markSkipped(
              database,
              some.map((push) => ({ push, reason: 'read' })),
            );
          if (kind === 'release') await release(database, some, isolated ? 0 : 2);
          if (kind === 'hold') await holdPushes(database, some);
          if (kind === 'settle')
            await settlePushes(
              database,
              some.map(({ id }) => ({ id, connected: isolated })),
            );
          if (kind === 'drop') await drop(devices[place] ?? 0);
        }
      };
      await Promise.all(hands.map(play));
      expect(await database.query(strayed, [])).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

const stateOf = statement<{ state: string; last_error: string | null; isolated: boolean; paused: boolean }>(
  'test-device-state',
  `select d.state, d.last_error, q.isolated, q.paused_until is not null as paused
   from devices d join queues q on q.device_id = d.id where d.id = $1`,
);
const renew = statement<never>(
  'test-renew',
  `with renewed as (update devices set version = version + 1, state = 'active', last_error = null where id = $1)
   update queues set isolated = false where device_id = $1`,
);

test('a verdict about a device as it was before does not reach the device that was registered again', async () => {
  const id = await device(1);
  await due(1, id, 4);
  const [first, second, third, fourth] = (await claim()) as [ClaimedPush, ClaimedPush, ClaimedPush, ClaimedPush];
  await markForRetry(database, first, 'status 500', 60);
  const failing = { state: 'failing', last_error: 'status 500', isolated: true, paused: false };
  expect(await database.query(stateOf, [id])).toEqual([failing]);
  await database.query(renew, [id]);
  const active = { state: 'active', last_error: null, isolated: false, paused: false };
  await markForRetry(database, second, 'timeout', 60);
  await markPutOff(database, third, 'status 429', 60);
  await markFailed(database, fourth, 'status 500');
  expect(await database.query(stateOf, [id])).toEqual([active]);
  const gone = { id, user_id: 1, version: first.device_version ?? 0 };
  expect(await database.unitOfWork((em) => deleteDevices(em, gone, 'device gone'))).toBe(0);
  expect(await database.query(stateOf, [id])).toEqual([active]);
});

const endLeases = statement<never>(
  'test-end-leases',
  `update pushes set next_attempt_at = now() where state = 'pending'`,
);

test('a late failure changes nothing of a push that was claimed again, and a late arrival counts', async () => {
  const id = await device(1);
  await due(1, id, 2);
  const old = await claim();
  await database.query(endLeases, []);
  const [again, other] = (await claim()) as [ClaimedPush, ClaimedPush];
  const [late, arrived] = [old.find((push) => push.id === again.id), old.find((push) => push.id === other.id)];
  await markFailed(database, late as ClaimedPush, 'timeout');
  await markForRetry(database, late as ClaimedPush, 'timeout', 60);
  await markSkipped(database, [{ push: late as ClaimedPush, reason: 'read' }]);
  await release(database, [late as ClaimedPush], 0);
  await markSent(database, arrived as ClaimedPush, false);
  await markForRetry(database, other, 'timeout', 60);
  const pushes = await service.pushes();
  expect(pushes.map(({ state, attempts }) => [state, attempts]).sort()).toEqual([
    ['pending', 0],
    ['sent', 1],
  ]);
  const [{ lease }] = (await database.query(claimable, [])).filter((push) => push.id === again.id) as [Claimed];
  expect(lease).toBe(again.lease);
});

test('a device that was put off waits with all its pushes, and no other device does', async () => {
  const [id, other] = [await device(1), await device(1)];
  await due(1, id, 3);
  await due(1, other, 1);
  const claimed = await claim({ limit: 2 });
  const put = claimed.find((push) => push.device_id === id) as ClaimedPush;
  await markPutOff(database, put, 'status 429', 2);
  await markSent(database, claimed.find((push) => push.device_id === other) as ClaimedPush, false);
  await due(1, id, 1);
  await due(1, other, 1);
  const isolated = { isolated: true, limits: { perUser: 8, perDevice: 4 } };
  expect(await claim(isolated)).toEqual([]);
  expect(await claim()).toMatchObject([{ device_id: other }]);
  await delay(2_100);
  const due2 = await claim(isolated);
  expect(due2).toHaveLength(4);
  expect(due2.map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0]);
});
