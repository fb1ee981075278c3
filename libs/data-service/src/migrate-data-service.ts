import { readDatabaseUrl } from '@vestnik/config';
import { migrateSchema, type Schema, schemaDifference } from '@vestnik/database';

/** The part of a schema's description that its migrations need. */
type Migrated = Pick<Schema, 'name' | 'folder'>;

/**
 * Migrates the schema of a data service as a process. One line on standard output names what ran. Where the schema cannot
 * be migrated, one line on standard error says why, and the process ends with code 1.
 *
 * With the argument `--difference` nothing runs: standard output gets the SQL that would make the schema what its
 * description says, which is how a new migration begins.
 */
export async function migrateDataService(schema: Schema): Promise<void> {
  await orExplain(schema.name, async () => {
    const url = readDatabaseUrl();
    process.stdout.write(
      process.argv[2] === '--difference' ? await schemaDifference(schema, url) : await migrate(schema, url),
    );
  });
}

/**
 * Migrates several schemas at the same time as one process, each as its own role at its own address. It says the same as the
 * migration of each would say.
 */
export async function migrateDataServices(schemas: readonly (Migrated & { url: string })[]): Promise<void> {
  const migrations = schemas.map((schema) =>
    orExplain(schema.name, async () => void process.stdout.write(await migrate(schema, schema.url))),
  );
  await Promise.all(migrations);
}

/** Returns the line that names what ran. */
async function migrate(schema: Migrated, url: string): Promise<string> {
  const ran = await migrateSchema(schema, url);
  return `${schema.name}: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`;
}

async function orExplain(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    process.stderr.write(`${name}: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
    process.exitCode = 1;
  }
}
