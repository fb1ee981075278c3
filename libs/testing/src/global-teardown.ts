import { sharedPostgres } from './shared-postgres.ts';

/** Stops what the setup started. */
export default async function globalTeardown(): Promise<void> {
  await sharedPostgres.get(globalThis)?.stop();
}
