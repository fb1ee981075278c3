import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDatabase, startPostgres } from '@vestnik/servers';
import { PASSWORDS, SHARED_POSTGRES, sharedServers } from './shared-postgres.ts';

/** Starts the one PostgreSQL of a test run; each suite makes itself a database in it. */
export default async function globalSetup(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-tests-'));
  const postgres = await startPostgres({
    dataDir: join(directory, 'postgres'),
    logFile: join(directory, 'postgres.log'),
    settings: { max_connections: '400' },
  });
  sharedServers.set(globalThis, { postgres, directory });
  process.env[SHARED_POSTGRES] = postgres.url;
  await prepareDatabase({ adminUrl: postgres.url, passwords: PASSWORDS });
}
