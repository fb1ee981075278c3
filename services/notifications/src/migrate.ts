import { readDatabaseUrl } from './config.ts';
import { migrateSchema } from './store/schema.ts';

try {
  const ran = await migrateSchema(readDatabaseUrl());
  process.stdout.write(`notifications: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
} catch (error) {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  process.stderr.write(`notifications: cannot migrate: ${reason.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
}
