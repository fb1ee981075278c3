import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statement } from '@vestnik/database';
import { startTcpProxy, type TcpProxy, until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

const HOURS_AGO = statement<never>(
  'test-hours-ago',
  `insert into gateways (gateway_id, last_beat_at, users) values ($1, now() - interval '1 hour', 3)`,
);
const OVERDUE = statement<never>(
  'test-overdue',
  `insert into users (user_id, is_online, offline_due_at) values ($1, true, now() - interval '1 hour')`,
);

let service: ServiceUnderTest;
let proxy: TcpProxy;

beforeAll(async () => {
  service = await prepareService();
  proxy = await startTcpProxy(service.servers.databaseUrls.presence);
});
afterAll(async () => {
  await service.stop();
  await proxy.stop();
});

test('a gateway is not blamed for the time in which presence itself was down', async () => {
  await service.database.query(HOURS_AGO, ['survivor']);
  await service.database.query(OVERDUE, [5]);
  await service.start({ PRESENCE_GRACE_SECONDS: '0', DATABASE_URL: proxy.url });
  await service.becomes(5, false);
  expect(await service.gateway('survivor').beat(3)).toBe(true);
});

test('a gateway that stops beating takes its users offline', async () => {
  const [silent, beating] = [service.gateway('silent', { silent: true }), service.gateway('beating')];
  await silent.report([1, 2]);
  await beating.report([2, 3]);
  await until('the silent gateway is dropped', async () => !(await service.ownStatus(1)).is_online, 15_000);
  expect(await service.ownStatus(2)).toMatchObject({ is_online: true });
  expect(await service.ownStatus(3)).toMatchObject({ is_online: true });
  expect(await beating.beat(2)).toBe(true);
  expect(await silent.beat(2)).toBe(false);
});

test('a gateway is not blamed for the time in which presence was cut off from its database', async () => {
  // The test before has waited until this instance judges gateways.
  proxy.cut();
  const failures = () => service.warnings.filter(({ loop }) => loop === 'sweep').length;
  const before = failures();
  await until('a sweep fails', () => failures() > before);
  await service.database.query(HOURS_AGO, ['patient']);
  await service.database.query(OVERDUE, [7]);
  proxy.mend();
  await until('a sweep has ended', () => service.becomes(7, false).catch(() => undefined));
  expect(await service.gateway('patient').beat(3)).toBe(true);
});
