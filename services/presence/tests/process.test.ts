import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endProcess, migrateService, startServers, startServiceProcess, type TestServers } from '@vestnik/testing';
import { migrateSchema } from '../src/store/migrate-schema.ts';

let servers: TestServers;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

test('migrations run once, also when two processes run them at the same time', async () => {
  const url = servers.databaseUrls.presence;
  const ran = await Promise.all([migrateSchema(url), migrateSchema(url)]);
  expect(ran.flat()).toEqual(['0001-create-presence']);
  await migrateService({ servers, service: 'presence' });
});

test('the process starts, says that it is ready and stops in order on SIGTERM', async () => {
  const process = await startServiceProcess({ servers, service: 'presence' });
  await endProcess(process);
  expect(process.child.exitCode).toBe(0);
});

test.each([
  ['main', { DATABASE_URL: '' }, 'DATABASE_URL is not set'],
  ['main', { PRESENCE_GRACE_SECONDS: '3601' }, 'PRESENCE_GRACE_SECONDS: must be between 0 and 3600'],
])('a broken setting ends %s with one line and code 1', async (_, settings, line) => {
  const starting = startServiceProcess({ servers, service: 'presence', settings });
  await expect(starting).rejects.toThrow(new RegExp(`^presence ended with 1: ${line}[^\n]*\n$`));
});

test('migrating without a database address ends with one line and code 1', async () => {
  const migrating = migrateService({ servers, service: 'presence', settings: { DATABASE_URL: '' } });
  await expect(migrating).rejects.toThrow(
    /^migrating presence failed: presence: cannot migrate: DATABASE_URL is not set[^\n]*\n$/,
  );
});
