import { runMigrations } from '@vestnik/database';
import { migrations } from '../../migrations/index.ts';

/** The schema that this service owns; its role is granted nothing else. */
export const SCHEMA = 'notifications';

/** Brings the schema behind `url` up to date. Returns the names of the migrations that ran now. */
export function migrateSchema(url: string): Promise<string[]> {
  return runMigrations({ url, schema: SCHEMA, migrations });
}
