import { readMigrationConfig } from './config.ts';
import { migrateSchema } from './store/migrate-schema.ts';

try {
  const ran = await migrateSchema(readMigrationConfig().databaseUrl);
  process.stdout.write(`presence: ${ran.length === 0 ? 'schema is up to date' : `migrated (${ran.join(', ')})`}\n`);
} catch (error) {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  process.stderr.write(`presence: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
}
