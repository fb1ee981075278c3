import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statement } from '@vestnik/database';
import { until } from '@vestnik/testing';
import { createHarness, type Harness } from './harness.ts';

const HOURS_AGO = statement<never>(
  'test-hours-ago',
  `insert into gateways (gateway_id, last_beat_at, users) values ('survivor', now() - interval '1 hour', 0)`,
);
const OVERDUE = statement<never>(
  'test-overdue',
  `insert into users (user_id, is_online, offline_due_at) values (5, true, now() - interval '1 hour')`,
);

let harness: Harness;

beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.stop());

test('a gateway is not blamed for the time in which presence itself was down', async () => {
  await harness.database.query(HOURS_AGO, []);
  await harness.database.query(OVERDUE, []);
  await harness.start({ PRESENCE_GRACE_SECONDS: '0' });
  await harness.becomes(5, false);
  expect(await harness.gateway('survivor').beat(0)).toBe(true);
});

test('a gateway that stops beating takes its users offline', async () => {
  const [silent, beating] = [harness.gateway('silent', { silent: true }), harness.gateway('beating')];
  await silent.report([1, 2]);
  await beating.report([2, 3]);
  await until('the silent gateway is dropped', async () => !(await harness.ownStatus(1)).is_online, 15_000);
  expect(await harness.ownStatus(2)).toMatchObject({ is_online: true });
  expect(await harness.ownStatus(3)).toMatchObject({ is_online: true });
  expect(await beating.beat(2)).toBe(true);
  expect(await silent.beat(2)).toBe(false);
});
