import { readDatabaseUrl } from '@vestnik/config';
import type { DataService } from '@vestnik/contracts';
import { migrateSchema } from '@vestnik/database';

/**
 * Migrates the schema of a data service as a process. One line on standard output names what ran. Where the schema cannot
 * be migrated, one line on standard error says why, and the process ends with code 1.
 *
 * @param folder the folder of the service, with `migrations` and perhaps `functions`
 */
export async function migrateDataService(name: DataService, folder: URL): Promise<void> {
  try {
    const ran = await migrateSchema({ url: readDatabaseUrl(), schema: name, folder });
    process.stdout.write(`${name}: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    process.stderr.write(`${name}: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
    process.exitCode = 1;
  }
}
