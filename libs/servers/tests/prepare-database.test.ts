import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DATA_SERVICES, type DataService, forEachName, schemaOf } from '@vestnik/contracts';
import { prepareDatabase, type RunningServer, startPostgres } from '@vestnik/servers';
import pg from 'pg';

/** Passwords with what URLs and SQL treat in a special way. */
const passwords = forEachName(DATA_SERVICES, (service) => `${service}?/@:'`);

let folder: string;
let server: RunningServer;
let urls: Record<DataService, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestnik-roles-'));
  server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    settings: { shared_buffers: '16MB' },
  });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  urls = await prepareDatabase({ adminUrl: server.url, passwords });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('each service logs in as its own role and its tables land in its own schema', async () => {
  for (const service of DATA_SERVICES) {
    await query(urls[service], 'create table own (value text)');
    await query(urls[service], "insert into own values ('kept')");
    expect(await query(urls[service], 'select current_user::text as role, value from own')).toEqual([
      { role: schemaOf(service), value: 'kept' },
    ]);
    expect(await query(urls[service], 'select current_schema() as schema')).toEqual([{ schema: schemaOf(service) }]);
    await query(urls[service], 'drop table own');
  }
});

test('a role cannot read, write or see into another schema, nor use public, nor another database', async () => {
  for (const owner of DATA_SERVICES) {
    await query(urls[owner], 'create table secret (value text)');
    for (const intruder of DATA_SERVICES.filter((service) => service !== owner)) {
      const schema = schemaOf(owner);
      for (const sql of [
        `select * from ${schema}.secret`,
        `insert into ${schema}.secret values ('mine')`,
        `update ${schema}.secret set value = 'mine'`,
        `delete from ${schema}.secret`,
        `create table ${schema}.planted (value text)`,
        'create table public.planted (value text)',
        'create schema planted',
        'create role planted',
        `set role ${schema}`,
      ]) {
        await expect(query(urls[intruder], sql)).rejects.toThrow(/permission denied/);
      }
      const elsewhere = new URL(urls[intruder]);
      elsewhere.pathname = '/postgres';
      await expect(query(elsewhere.href, 'select 1')).rejects.toThrow(/permission denied/);
    }
    await query(urls[owner], 'drop table secret');
  }
});

test('repeating keeps the data and takes new passwords over', async () => {
  await query(urls.messages, 'create table kept as select 42 as answer');
  const again = await prepareDatabase({ adminUrl: server.url, passwords: { ...passwords, messages: 'new' } });
  expect(await query(again.messages, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await expect(query(urls.messages, 'select 1')).rejects.toThrow('password authentication');
  await query(again.messages, 'drop table kept');
});

test('many at once all succeed, in one database and in two of one cluster', async () => {
  await query(server.url, 'create database other');
  const other = new URL(server.url);
  other.pathname = '/other';
  const adminUrls = [server.url, other.href, server.url, other.href, server.url, other.href];
  const all = await Promise.all(
    adminUrls.map((adminUrl) =>
      prepareDatabase({ adminUrl, passwords, rolePrefix: adminUrl === other.href ? 'other_' : '' }),
    ),
  );
  expect(all[0]).toEqual(urls);
  expect(await query(all[1]?.messages ?? '', 'select current_schema() as schema')).toEqual([{ schema: 'messages' }]);
});

test('an owner of the database with CREATEROLE suffices', async () => {
  const databases = ['create database owned owner owner_of_it', 'grant connect on database owned to owner_of_it'];
  await query(server.url, "create role owner_of_it login createrole password 'o'");
  for (const sql of databases) await query(server.url, sql);
  const owner = new URL(server.url);
  owner.username = 'owner_of_it';
  owner.password = 'o';
  owner.pathname = '/owned';
  const owned = await prepareDatabase({ adminUrl: owner.href, passwords, rolePrefix: 'owned_' });
  expect(await query(owned.presence, 'select current_schema() as schema')).toEqual([{ schema: 'presence' }]);
});

test('a role without the right, an unreachable server and a broken address are one clear line each', async () => {
  const powerless = prepareDatabase({ adminUrl: urls.presence, passwords });
  await expect(powerless).rejects.toThrow(
    /^the role in postgres:\/\/presence@.* may not set up the database .*CREATEROLE/,
  );
  const absent = prepareDatabase({ adminUrl: 'postgres://u:hidden@127.0.0.1:1/d', passwords });
  await expect(absent).rejects.toThrow(
    /^the database at postgres:\/\/u@127.0.0.1:1\/d cannot be reached \(.*ECONNREFUSED/,
  );
  await expect(prepareDatabase({ adminUrl: 'not a url', passwords })).rejects.toThrow(
    'DATABASE_URL: must be a postgres',
  );
});

test('a second database of one cluster changes no role of the first, nor one that a person made', async () => {
  await query(server.url, 'create database second');
  const second = new URL(server.url);
  second.pathname = '/second';
  const others = forEachName(DATA_SERVICES, () => 'another password');
  const line = /^the role "\w+" is not of this installation and stays as it is: set DATABASE_ROLE_PREFIX/;
  await expect(prepareDatabase({ adminUrl: second.href, passwords: others })).rejects.toThrow(line);
  await query(server.url, "create role mine_notifications login password 'mine'");
  const taken = { adminUrl: second.href, passwords: others, rolePrefix: 'mine_' };
  await expect(prepareDatabase(taken)).rejects.toThrow(/^the role "mine_notifications" is not of this installation/);
  expect(await query(urls.messages, 'select 1 as answer')).toEqual([{ answer: 1 }]);
  const prefixed = await prepareDatabase({ ...taken, rolePrefix: 'second_' });
  expect(await query(prefixed.messages, 'select current_user::text as role, current_schema() as schema')).toEqual([
    { role: 'second_messages', schema: 'messages' },
  ]);
});

test('a copy of a database in one cluster is an installation of its own, with its own roles and ids', async () => {
  await query(urls.messages, 'create table kept (value text)');
  await query(urls.messages, "insert into kept values ('as it was')");
  await query(urls.notifications, 'create table installation (id uuid)');
  await query(urls.notifications, 'insert into installation values (gen_random_uuid())');
  const admin = Object.assign(new URL(server.url), { pathname: '/postgres' }).href;
  await query(admin, 'create database copied template vestnik');
  const copied = Object.assign(new URL(server.url), { pathname: '/copied' }).href;
  const others = forEachName(DATA_SERVICES, () => 'another password');

  const line = /^the role "\w+" is not of this installation and stays as it is: set DATABASE_ROLE_PREFIX/;
  await expect(prepareDatabase({ adminUrl: copied, passwords: others })).rejects.toThrow(line);
  expect(await query(urls.messages, 'select value from kept')).toEqual([{ value: 'as it was' }]);

  const wanted = { adminUrl: copied, passwords: others, rolePrefix: 'copied_' };
  const prefixed = await prepareDatabase(wanted);
  expect(await query(prefixed.messages, 'select current_user::text as role, value from kept')).toEqual([
    { role: 'copied_messages', value: 'as it was' },
  ]);
  expect(await query(prefixed.notifications, 'select id from installation')).not.toEqual(
    await query(urls.notifications, 'select id from installation'),
  );
  // The original and its copy stay as they are from now on.
  expect(await prepareDatabase(wanted)).toEqual(prefixed);
  expect(await prepareDatabase({ adminUrl: server.url, passwords })).toEqual(urls);
  await query(urls.messages, 'drop table kept');
  await query(urls.notifications, 'drop table installation');
});

test('a copy of a database that is gone is the same installation', async () => {
  const at = (database: string) => Object.assign(new URL(server.url), { pathname: `/${database}` }).href;
  await query(server.url, 'create database former');
  const former = { adminUrl: at('former'), passwords, rolePrefix: 'former_' };
  await prepareDatabase(former);
  await query(server.url, 'create database restored template former');
  await query(server.url, 'drop database former');
  const restored = await prepareDatabase({ ...former, adminUrl: at('restored') });
  expect(await query(restored.presence, 'select current_user::text as role')).toEqual([{ role: 'former_presence' }]);
});

test('roles that a release without marks made are taken over with their schemas', async () => {
  for (const service of DATA_SERVICES) {
    await query(server.url, `comment on role ${schemaOf(service)} is null`);
    await query(server.url, `comment on schema ${schemaOf(service)} is null`);
  }
  const again = await prepareDatabase({ adminUrl: server.url, passwords });
  expect(await query(again.presence, 'select 1 as answer')).toEqual([{ answer: 1 }]);
  expect(await prepareDatabase({ adminUrl: server.url, passwords })).toEqual(again);
});

test('a role cannot hold locks of others, keep large objects, or take all connections', async () => {
  for (const sql of [
    'select pg_advisory_lock(1)',
    'select pg_try_advisory_xact_lock_shared(1, 2)',
    'select lo_create(0)',
    "select lo_from_bytea(0, 'x')",
  ]) {
    await expect(query(urls.presence, sql)).rejects.toThrow(/permission denied for function/);
  }
  const limited = { adminUrl: server.url, passwords, roleConnections: 3 };
  await prepareDatabase(limited);
  const open = await Promise.allSettled(
    Array.from({ length: 4 }, async () => {
      const client = new pg.Client({ connectionString: urls.presence });
      await client.connect();
      return client;
    }),
  );
  for (const each of open) if (each.status === 'fulfilled') await each.value.end();
  const refused = open.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  expect(refused).toEqual([expect.stringContaining('too many connections for role "presence"')]);
});
