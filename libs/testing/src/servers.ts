import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOfStream, addressesFor, passwordEnvironment, prepareBus, usersConfiguration } from '@vestnik/bus';
import { BUS_USERS, DATA_SERVICES, forEachName, schemaOf } from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import {
  awaitCluster,
  type ClusterPlace,
  freePort,
  type NatsUsers,
  planCluster,
  prepareDatabase,
  startNats,
  startPostgres,
} from '@vestnik/servers';
import pg from 'pg';
import { type ControlledServer, controlServer } from './controlled-server.ts';
import { PASSWORDS, SHARED_POSTGRES, TEMPLATE_DATABASE } from './shared-postgres.ts';
import { stopWithSuite } from './suite-stops.ts';
import { copyTemplate } from './template.ts';
import type { TestServers } from './test-servers.ts';

/** How a suite wants its servers. */
export interface ServerOptions {
  /** A PostgreSQL of its own, to be taken away, instead of a database in that of the test run. */
  ownPostgres?: boolean | undefined;
  /** Empty schemas, for tests of the migrations themselves. All migrations have run unless this is set. */
  emptySchemas?: boolean | undefined;
  /** A cluster of three nats-servers instead of one, to take one away. */
  natsCluster?: boolean | undefined;
}

interface SuiteDatabase {
  adminUrl: string;
  postgres: ControlledServer | undefined;
}

/** The user of tests; the server listens on loopback and lives as long as the suite. */
const TESTER = 'tests';

/** Passwords of the users of the bus: their names. */
const BUS_PASSWORDS = forEachName(BUS_USERS, (user) => user);

/** The users of the bus as everywhere, and one user for tests that may do everything. */
function natsUsers(): NatsUsers {
  const tester = `{ user: ${TESTER}, password: ${TESTER} }`;
  return {
    configuration: usersConfiguration().replace('users: [', `users: [\n    ${tester}`),
    environment: passwordEnvironment(BUS_PASSWORDS),
    accountOf: accountOfStream,
  };
}

/** Starts a nats-server and makes a database. */
export async function startServers(options: ServerOptions = {}): Promise<TestServers> {
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-suite-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async () => {
    for (let last = stops.pop(); last; last = stops.pop()) await last();
  };
  const starting = (async () => {
    const [natsServers, { adminUrl, postgres }] = await allOf(
      options.natsCluster ? startSuiteCluster(directory, stops) : startSuiteNats(directory, stops).then((one) => [one]),
      options.ownPostgres ? ownDatabase(directory, options, stops) : sharedDatabase(options, stops),
    );
    const addresses = natsServers.map(({ url }) => url);
    const urlFor = (user: string) => addressesFor(addresses, user, user).join(',');
    const natsUrls = forEachName(BUS_USERS, urlFor);
    const operators = {
      ops: addressesFor(addresses, 'ops', 'ops'),
      revoker: addressesFor(addresses, 'revoker', 'revoker'),
    };
    await prepareBus(operators, createLogger('tests', 'silent'));
    // An empty database belongs to another installation than the template, whose roles it may not take over.
    const rolePrefix = options.emptySchemas ? `${new URL(adminUrl).pathname.slice(1)}_` : '';
    if (!options.emptySchemas) await shareRoles(adminUrl);
    const databaseUrls = await prepareDatabase({ adminUrl, passwords: PASSWORDS, rolePrefix });
    const [nats] = natsServers as [ControlledServer];
    return { natsUrl: urlFor(TESTER), natsUrls, adminUrl, databaseUrls, nats, natsServers, postgres, stop };
  })();
  stopWithSuite(async () => {
    await starting.catch(() => undefined);
    await stop();
  });
  return starting;
}

/** Waits for both, so that neither goes on when the other has failed; throws the first fault. */
async function allOf<One, Two>(one: Promise<One>, two: Promise<Two>): Promise<[One, Two]> {
  await Promise.allSettled([one, two]);
  return Promise.all([one, two]);
}

/** Starts three nats-servers as one cluster. */
async function startSuiteCluster(directory: string, stops: (() => Promise<unknown>)[]): Promise<ControlledServer[]> {
  const places = await planCluster(3);
  const monitorPorts = await Promise.all(places.map(() => freePort()));
  const starts = places.map((place, index) =>
    startSuiteNats(join(directory, place.name), stops, { place, monitorPort: monitorPorts[index] as number }),
  );
  await Promise.allSettled(starts);
  const servers = await Promise.all(starts);
  await awaitCluster(monitorPorts.map((port) => `http://127.0.0.1:${port}`));
  return servers;
}

async function startSuiteNats(
  directory: string,
  stops: (() => Promise<unknown>)[],
  inCluster: { place?: ClusterPlace; monitorPort?: number } = {},
): Promise<ControlledServer> {
  const nats = await controlServer((port) =>
    startNats({
      ...inCluster,
      dataDir: join(directory, 'nats'),
      logFile: join(directory, 'nats.log'),
      users: natsUsers(),
      // No test but those of the servers takes away the power.
      syncInterval: '2s',
      ...(port && { port }),
    }),
  );
  stops.push(() => nats.stop());
  return nats;
}

async function ownDatabase(
  directory: string,
  { emptySchemas = false }: ServerOptions,
  stops: (() => Promise<unknown>)[],
): Promise<SuiteDatabase> {
  const dataDir = join(directory, 'postgres');
  await copyTemplate(dataDir);
  const postgres = await controlServer((port) =>
    startPostgres({
      dataDir,
      logFile: join(directory, 'postgres.log'),
      // Durable, unlike the PostgreSQL of the test run: tests take this one away.
      settings: { shared_buffers: '64MB' },
      ...(port && { port }),
    }),
  );
  stops.push(() => postgres.stop());
  return { adminUrl: await makeDatabase(postgres.url, emptySchemas), postgres };
}

async function sharedDatabase(
  { emptySchemas = false }: ServerOptions,
  stops: (() => Promise<unknown>)[],
): Promise<SuiteDatabase> {
  const postgresUrl = process.env[SHARED_POSTGRES];
  if (!postgresUrl) throw new Error('The PostgreSQL of the test run is not there: run the tests with `npm test`');
  const adminUrl = await makeDatabase(postgresUrl, emptySchemas);
  const name = new URL(adminUrl).pathname.slice(1);
  stops.push(() => administer(postgresUrl, `drop database if exists ${name} with (force)`));
  return { adminUrl, postgres: undefined };
}

/**
 * Makes a copy of the template one more database of the roles that the template has. Otherwise it would get roles of its own. A
 * service that is newer than the template has no role yet.
 */
async function shareRoles(adminUrl: string): Promise<void> {
  const database = new URL(adminUrl).pathname.slice(1);
  const schemas = DATA_SERVICES.map((name) => `'${schemaOf(name)}'`).join(', ');
  await administer(
    adminUrl,
    `do $$
     declare role_name text;
     begin
       for role_name in select rolname from pg_roles where rolname in (${schemas}) loop
         execute format('alter role %I in database %I set search_path = %I', role_name, '${database}', role_name);
       end loop;
     end $$`,
  );
}

/** Makes a database with all tables, or an empty one, and returns its address. */
async function makeDatabase(postgresUrl: string, empty: boolean): Promise<string> {
  const name = `suite_${randomBytes(6).toString('hex')}`;
  await administer(postgresUrl, `create database ${name}${empty ? '' : ` template ${TEMPLATE_DATABASE}`}`);
  return Object.assign(new URL(postgresUrl), { pathname: `/${name}` }).href;
}

async function administer(url: string, sql: string): Promise<void> {
  // Jest takes no further module once a suite has ended, and pg would load one for each connection. A stop may come that late.
  const client = new pg.Client({ connectionString: url, stream: () => new Socket() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
