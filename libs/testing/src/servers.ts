import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesFor, passwordEnvironment, prepareBus, usersConfiguration } from '@vestnik/bus';
import { BUS_USERS, type BusUser, type DataService, forEachName } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { type NatsUsers, prepareDatabase, startNats, startPostgres } from '@vestnik/servers';
import pg from 'pg';
import { type ControlledServer, controlServer } from './controlled-server.ts';
import { PASSWORDS, SHARED_POSTGRES } from './shared-postgres.ts';

/** A nats-server and a database that belong to one suite alone. */
export interface TestServers {
  /** The bus as a user of tests, who may do everything: what a test plays itself is not what it tests. */
  natsUrl: string;
  /** The bus as each service's own user, and as ops, with the permissions that they have everywhere. */
  natsUrls: Record<BusUser, string>;
  /** The suite's database as its superuser. */
  adminUrl: string;
  /** The suite's database as each service's own role, which owns an empty schema. */
  databaseUrls: Record<DataService, string>;
  /** The suite's nats-server, for tests that take it away. */
  nats: ControlledServer;
  /** The suite's PostgreSQL, for tests that take it away; undefined when it is that of the whole test run. */
  postgres: ControlledServer | undefined;
  stop(): Promise<void>;
}

/** How a suite wants its servers. */
export interface ServerOptions {
  /** A PostgreSQL of its own, to be taken away, instead of a database in that of the test run. */
  ownPostgres?: boolean | undefined;
}

interface SuiteDatabase {
  adminUrl: string;
  postgres: ControlledServer | undefined;
  remove(): Promise<void>;
}

/** The user of tests; the server listens on loopback and lives as long as the suite. */
const TESTER = 'tests';

/** Passwords of the users of the bus: their names. */
const BUS_PASSWORDS = forEachName(BUS_USERS, (user) => user);

/** The users of the bus as everywhere, and one for tests who may do everything. */
function natsUsers(): NatsUsers {
  const tester = `{ user: ${TESTER}, password: ${TESTER} }`;
  return {
    configuration: usersConfiguration().replace('users: [', `users: [\n    ${tester}`),
    environment: passwordEnvironment(BUS_PASSWORDS),
  };
}

/** Starts a nats-server and makes a database. */
export async function startServers({ ownPostgres = false }: ServerOptions = {}): Promise<TestServers> {
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-suite-'));
  const [database, bus] = await Promise.allSettled([
    ownPostgres ? ownDatabase(directory) : sharedDatabase(),
    controlServer((port) =>
      startNats({
        dataDir: join(directory, 'nats'),
        logFile: join(directory, 'nats.log'),
        users: natsUsers(),
        ...(port && { port }),
      }),
    ),
  ]);
  const stop = async () => {
    if (bus.status === 'fulfilled') await bus.value.stop();
    if (database.status === 'fulfilled') await database.value.remove();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    if (bus.status === 'rejected') throw bus.reason;
    if (database.status === 'rejected') throw database.reason;
    const nats = bus.value;
    const { adminUrl, postgres } = database.value;
    const urlFor = (user: string) => addressesFor([nats.url], user, user).join(',');
    const natsUrls = forEachName(BUS_USERS, urlFor);
    await prepareBus([natsUrls.ops], createLogger('tests', 'silent'));
    const databaseUrls = await prepareDatabase({ adminUrl, passwords: PASSWORDS });
    return { natsUrl: urlFor(TESTER), natsUrls, adminUrl, databaseUrls, nats, postgres, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ownDatabase(directory: string): Promise<SuiteDatabase> {
  const postgres = await controlServer((port) =>
    startPostgres({
      dataDir: join(directory, 'postgres'),
      logFile: join(directory, 'postgres.log'),
      settings: { shared_buffers: '64MB' },
      ...(port && { port }),
    }),
  );
  return { adminUrl: postgres.url, postgres, remove: () => postgres.stop() };
}

async function sharedDatabase(): Promise<SuiteDatabase> {
  const postgresUrl = process.env[SHARED_POSTGRES];
  if (!postgresUrl) throw new Error('The PostgreSQL of the test run is not there: run the tests with `npm test`');
  const name = `suite_${randomBytes(6).toString('hex')}`;
  await administer(postgresUrl, `create database ${name}`);
  const adminUrl = Object.assign(new URL(postgresUrl), { pathname: `/${name}` }).href;
  return {
    adminUrl,
    postgres: undefined,
    remove: () => administer(postgresUrl, `drop database ${name} with (force)`),
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
