import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase, type RunningServer, startNats } from '@vestnik/servers';
import pg from 'pg';
import { PASSWORDS, SHARED_POSTGRES } from './shared-postgres.ts';

/** A nats-server and a database that belong to one suite alone. */
export interface TestServers {
  natsUrl: string;
  /** The suite's database as its superuser. */
  adminUrl: string;
  /** The suite's database as each service's own role, which owns an empty schema. */
  databaseUrls: Record<'conversations' | 'messages' | 'presence' | 'notifications', string>;
  /** The suite's nats-server, for tests that take it away. */
  nats: RunningServer;
  stop(): Promise<void>;
}

/** Starts a nats-server and makes a database in the PostgreSQL of the test run. */
export async function startServers(): Promise<TestServers> {
  const postgresUrl = process.env[SHARED_POSTGRES];
  if (!postgresUrl) throw new Error('The PostgreSQL of the test run is not there: run the tests with `npm test`');
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-suite-'));
  const name = `suite_${randomBytes(6).toString('hex')}`;
  await administer(postgresUrl, `create database ${name}`);
  const adminUrl = Object.assign(new URL(postgresUrl), { pathname: `/${name}` }).href;
  const [databaseUrls, nats] = await Promise.all([
    prepareDatabase({ adminUrl, passwords: PASSWORDS }),
    startNats({ dataDir: join(directory, 'nats'), logFile: join(directory, 'nats.log') }),
  ]);
  return {
    natsUrl: nats.url,
    adminUrl,
    databaseUrls,
    nats,
    async stop() {
      await nats.stop();
      await administer(postgresUrl, `drop database ${name} with (force)`);
      await rm(directory, { recursive: true, force: true });
    },
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
