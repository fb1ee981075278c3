import { rm } from 'node:fs/promises';
import { sharedServers } from './shared-postgres.ts';

/** Stops what the setup started and removes its files. */
export default async function globalTeardown(): Promise<void> {
  const shared = sharedServers.get(globalThis);
  if (!shared) return;
  await shared.postgres.stop();
  await rm(shared.directory, { recursive: true, force: true });
}
