import { readMigrationConfig } from './config.ts';
import { migrateSchema } from './store/migrate-schema.ts';

try {
  const ran = await migrateSchema(readMigrationConfig().databaseUrl);
  process.stdout.write(`conversations: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
} catch (error) {
  process.stderr.write(`conversations: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
