import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statement } from '@vestnik/database';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const STILL_ONLINE = statement<{ count: number }>(
  'test-still-online',
  'select count(*) as count from users where is_online and user_id = any($1::bigint[])',
);
const ROUNDS = 8;

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
});
afterAll(() => service.stop());

async function online(userIds: number[]): Promise<number> {
  const [row] = await service.database.query(STILL_ONLINE, [userIds]);
  return row?.count ?? 0;
}

test('users whom several gateways lose at the same moment go offline, in whatever order they are named', async () => {
  const gateways = ['a', 'b', 'c', 'd'].map((name) => service.gateway(name));
  const users = Array.from({ length: 300 }, (_, index) => index + 1);
  const orders = [users, users.toReversed(), users.toSorted((a, b) => (a % 7) - (b % 7)), users];
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(gateways.map((gateway, index) => gateway.report(orders[index] ?? users)));
    expect(await online(users)).toBe(users.length);
    await Promise.all(gateways.map((gateway, index) => gateway.report([], orders[index] ?? users)));
    await until('everybody is offline', async () => (await online(users)) === 0);
  }
});

test('users who move from one gateway to another at the same moment end up online', async () => {
  const [from, to] = [service.gateway('from'), service.gateway('to')];
  const users = Array.from({ length: 100 }, (_, index) => 1_001 + index);
  await from.report(users);
  for (let round = 0; round < ROUNDS; round += 1) {
    const [old, next] = round % 2 === 0 ? [from, to] : [to, from];
    await Promise.all([old.report([], users), next.report(users)]);
    expect(await old.beat(0)).toBe(true);
    expect(await next.beat(users.length)).toBe(true);
    expect(await online(users)).toBe(users.length);
  }
});
