import { readDatabaseUrl } from '@vestnik/config';
import { migrateSchema, type Schema, schemaDifference } from '@vestnik/database';

/**
 * Migrates the schema of a data service as a process. One line on standard output names what ran. Where the schema cannot
 * be migrated, one line on standard error says why, and the process ends with code 1.
 *
 * With the argument `--difference` nothing runs: standard output gets the SQL that would make the schema what its
 * description says, which is how a new migration begins.
 */
export async function migrateDataService(schema: Schema): Promise<void> {
  try {
    const url = readDatabaseUrl();
    if (process.argv[2] === '--difference') {
      process.stdout.write(await schemaDifference(schema, url));
      return;
    }
    const ran = await migrateSchema(schema, url);
    process.stdout.write(`${schema.name}: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    process.stderr.write(`${schema.name}: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
    process.exitCode = 1;
  }
}
