import { runMigrations } from '@vestnik/database';
import { migrations } from '../../migrations/index.ts';
import { SCHEMA } from './schema.ts';

/** Brings the schema of presence up to date and returns the names of the migrations that ran now. */
export function migrateSchema(url: string): Promise<string[]> {
  return runMigrations({ url, schema: SCHEMA, migrations });
}
