import type { RunningServer } from '@vestnik/servers';

/** The environment variable that tells the suites where the PostgreSQL of the test run is. */
export const SHARED_POSTGRES = 'VESTNIK_TEST_POSTGRES';

/** Passwords of the services' roles in tests; the server listens on loopback and lives as long as the run. */
export const PASSWORDS = {
  conversations: 'conversations',
  messages: 'messages',
  presence: 'presence',
  notifications: 'notifications',
};

/** What the setup hands to the teardown, which runs in the same process. */
export const sharedServers = new WeakMap<object, { postgres: RunningServer; directory: string }>();
