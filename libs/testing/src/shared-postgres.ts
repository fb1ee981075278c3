import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATA_SERVICES, forEachName } from '@vestnik/contracts';
import { prepareDatabase, startPostgres } from '@vestnik/servers';

/** The environment variable that tells the suites where the PostgreSQL of the test run is. */
export const SHARED_POSTGRES = 'VESTNIK_TEST_POSTGRES';

/** Passwords of the services' roles in tests; the server listens on loopback and lives as long as the run. */
export const PASSWORDS = forEachName(DATA_SERVICES, (service) => service);

/** The one PostgreSQL of a test run; each suite makes itself a database in it. */
export interface SharedPostgres {
  /** What the processes that run suites need in their environment to find it. */
  environment: Record<string, string>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/** What the setup hands to the teardown, which runs in the same process. */
export const sharedPostgres = new WeakMap<object, SharedPostgres>();

/** Starts the PostgreSQL of a test run, with the roles of all services. */
export async function startSharedPostgres(): Promise<SharedPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'vestnik-tests-'));
  const postgres = await startPostgres({
    dataDir: join(directory, 'postgres'),
    logFile: join(directory, 'postgres.log'),
    settings: { max_connections: '400' },
  });
  await prepareDatabase({ adminUrl: postgres.url, passwords: PASSWORDS });
  return {
    environment: { [SHARED_POSTGRES]: postgres.url },
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
