import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endProcess, migrateService, startServers, startServiceProcess, type TestServers } from '@vestnik/testing';
import { migrateSchema } from '../src/store/schema.ts';
import { startReceiver } from './receiver.ts';

let servers: TestServers;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

test('migrations run once, also when two processes run them at the same time', async () => {
  const url = servers.databaseUrls.notifications;
  const ran = await Promise.all([migrateSchema(url), migrateSchema(url)]);
  expect(ran.flat()).toEqual(['20260101000000-create-tables', '20260201000000-hold-pushes']);
  await migrateService({ servers, service: 'notifications' });
});

test('the process shows its health and its pushes to ops, and stops in order on SIGTERM', async () => {
  const { port, stop } = await startReceiver();
  await stop();
  const process = await startServiceProcess({ servers, service: 'notifications', settings: { OPS_PORT: `${port}` } });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect(await (await get('/health/ready')).json()).toEqual({ ready: true, parts: { bus: 'ok', database: 'ok' } });
  expect(await (await get('/metrics')).text()).toContain('vestnik_pushes_pending{service="notifications"} 0');
  await endProcess(process);
  expect(process.child.exitCode).toBe(0);
});

test.each([
  [{ DATABASE_URL: '' }, 'DATABASE_URL is not set'],
  [{ PUSH_ALLOW_PRIVATE_TARGETS: 'yes' }, 'PUSH_ALLOW_PRIVATE_TARGETS: '],
])('a broken setting ends the process with one line and code 1', async (settings, line) => {
  const starting = startServiceProcess({ servers, service: 'notifications', settings });
  await expect(starting).rejects.toThrow(new RegExp(`^notifications ended with 1: ${line}[^\n]*\n$`));
});

test('migrating without a database address ends with one line and code 1', async () => {
  const migrating = migrateService({ servers, service: 'notifications', settings: { DATABASE_URL: '' } });
  await expect(migrating).rejects.toThrow(
    /^migrating notifications failed: notifications: cannot migrate: DATABASE_URL is not set[^\n]*\n$/,
  );
});
