import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { healthEndpoint, presenceEndpoints } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await prepareService();
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
});
afterAll(() => service.stop());

const connected = async (userIds: number[]) =>
  (await service.bus.request(presenceEndpoints.findConnected, { user_ids: userIds })).user_ids;

test('a user with two gateways is online until the last one closes', async () => {
  const [first, second] = [service.gateway('two-1'), service.gateway('two-2')];
  await first.report([1]);
  await second.report([1, 2]);
  await first.report([], [1, 2]);
  await second.report([], [2]);
  await service.becomes(2, false);
  expect(await service.ownStatus(1)).toMatchObject({ is_online: true });
  await second.report([], [1]);
  await service.becomes(1, false);
});

test('last_seen is kept: when the socket opened, then when the last one closed', async () => {
  const gateway = service.gateway('seen');
  expect(await service.ownStatus(10)).toEqual({ user_id: 10, is_online: false, last_seen: null });
  await gateway.report([10]);
  const opened = (await service.ownStatus(10)).last_seen;
  expect(opened).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  await gateway.report([], [10]);
  const closed = (await service.becomes(10, false)).last_seen;
  expect(Date.parse(closed ?? '')).toBeGreaterThan(Date.parse(opened ?? ''));
  await gateway.report([], [10]);
  expect(await service.ownStatus(10)).toEqual({ user_id: 10, is_online: false, last_seen: closed });
});

test('the same report again changes nothing', async () => {
  const gateway = service.gateway('again');
  await gateway.report([20, 20, 21]);
  const before = await service.ownStatus(20);
  await gateway.report([20, 21]);
  expect(await service.ownStatus(20)).toEqual(before);
  expect(await gateway.beat(2)).toBe(true);
});

test('a beat is known only with the number of users that presence counts', async () => {
  const gateway = service.gateway('beats');
  expect(await gateway.beat(0)).toBe(true);
  expect(await gateway.beat(1)).toBe(false);
  await gateway.report([]);
  expect(await gateway.beat(0)).toBe(true);
  await gateway.report([30, 31, 32], []);
  expect(await gateway.beat(3)).toBe(true);
  await gateway.report([33], [30, 31]);
  expect(await gateway.beat(2)).toBe(true);
  expect(await gateway.beat(3)).toBe(false);
  await gateway.leave();
  expect(await gateway.beat(2)).toBe(false);
});

test('a gateway that leaves takes its users offline, and only its own', async () => {
  const [leaving, staying] = [service.gateway('leaving'), service.gateway('staying')];
  await leaving.report([40, 41]);
  await staying.report([41]);
  await leaving.leave();
  await leaving.leave();
  await service.becomes(40, false);
  expect(await service.ownStatus(41)).toMatchObject({ is_online: true });
});

test('a full report after leaving forgets the users that the gateway no longer has', async () => {
  const gateway = service.gateway('full');
  await gateway.report([50, 51]);
  await gateway.leave();
  await gateway.report([51, 52]);
  expect(await gateway.beat(2)).toBe(true);
  await service.becomes(50, false);
  expect((await connected([50, 51, 52])).sort()).toEqual([51, 52]);
});

test('a whole gateway of users is reported in one batch and leaves', async () => {
  const gateway = service.gateway('large');
  const batch = (from: number) => Array.from({ length: 10_000 }, (_, index) => from + index);
  await gateway.report(batch(1_000_000));
  await gateway.report(batch(1_010_000).slice(0, 5_000));
  expect(await gateway.beat(15_000)).toBe(true);
  await gateway.leave();
  await service.becomes(1_000_000, false);
  await service.becomes(1_014_999, false);
});

test('a user in both lists of a report is refused, and nothing changes', async () => {
  const gateway = service.gateway('both');
  await expect(gateway.report([60, 61], [61])).rejects.toMatchObject({ code: 'invalid' });
  expect(await connected([60, 61])).toEqual([]);
});

test('a user with idle sockets alone is online and holds no pushes back, until a socket is active again', async () => {
  const [first, second] = ['idle-1', 'idle-2'] as const;
  const report = (gateway_id: string, idle: number[]) =>
    service.bus.request(presenceEndpoints.reportUsers, { gateway_id, connected: [60, 61], disconnected: [], idle });
  await report(first, [60]);
  expect(await connected([60, 61])).toEqual([61]);
  expect(await service.ownStatus(60)).toMatchObject({ is_online: true });
  await report(second, []);
  expect((await connected([60, 61])).toSorted()).toEqual([60, 61]);
  await report(second, [60, 61]);
  expect(await connected([60, 61])).toEqual([61]);
  await report(first, []);
  expect((await connected([60, 61])).toSorted()).toEqual([60, 61]);
  for (const gateway_id of [first, second]) {
    expect(await service.bus.request(presenceEndpoints.beatGateway, { gateway_id, users: 2 })).toEqual({ known: true });
  }
});

test('in the grace a user is online but not connected', async () => {
  const patient = await prepareService();
  try {
    await patient.start({ PRESENCE_GRACE_SECONDS: '3600' });
    const gateway = patient.gateway('grace');
    await gateway.report([70]);
    await gateway.report([], [70]);
    expect(await patient.ownStatus(70)).toMatchObject({ is_online: true });
    const answer = await patient.bus.request(presenceEndpoints.findConnected, { user_ids: [70] });
    expect(answer.user_ids).toEqual([]);
  } finally {
    await patient.stop();
  }
});

test('without its database presence refuses with unavailable and tells so in its health', async () => {
  const without = await prepareService();
  try {
    await without.start({ DATABASE_URL: 'postgres://presence:x@127.0.0.1:1/none' });
    const beat = without.bus.request(presenceEndpoints.beatGateway, { gateway_id: 'none', users: 0 });
    await expect(beat).rejects.toMatchObject({ code: 'unavailable' });
    await until('health answers', async () => {
      const health = await without.bus.request(healthEndpoint('presence'), {});
      return health.database === 'down';
    });
  } finally {
    await without.stop();
  }
});
