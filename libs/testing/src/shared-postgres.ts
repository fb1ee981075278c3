import { DATA_SERVICES, forEachName } from '@vestnik/contracts';

/** The environment variable that tells the suites where the PostgreSQL of the test run is. */
export const SHARED_POSTGRES = 'VESTNIK_TEST_POSTGRES';

/** The database of the test run on which all migrations have run; suites get copies of it. */
export const TEMPLATE_DATABASE = 'template_migrated';

/** Settings of every PostgreSQL in tests: its files live as long as the run, so nothing waits for the disk. */
export const TEST_SETTINGS = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

/** Passwords of the services' roles in tests; the server listens on loopback and lives as long as the run. */
export const PASSWORDS = forEachName(DATA_SERVICES, (service) => service);
