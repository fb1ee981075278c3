import { SHARED_POSTGRES, sharedPostgres, startSharedPostgres } from './shared-postgres.ts';

/** Starts the PostgreSQL of a test run, unless the run of several workspaces has started one for all of them. */
export default async function globalSetup(): Promise<void> {
  if (process.env[SHARED_POSTGRES]) return;
  const postgres = await startSharedPostgres();
  sharedPostgres.set(globalThis, postgres);
  Object.assign(process.env, postgres.environment);
}
