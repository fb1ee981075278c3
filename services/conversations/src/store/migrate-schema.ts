import { runMigrations } from '@vestnik/database';
import { migrations } from '../../migrations/index.ts';
import { SCHEMA } from './schema.ts';

/** Brings the schema up to date as its own role; returns the names of the migrations that ran now. */
export function migrateSchema(url: string): Promise<string[]> {
  return runMigrations({ url, schema: SCHEMA, migrations });
}
