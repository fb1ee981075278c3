import { readDatabaseUrl } from '@vestnik/config';
import { runMigration } from '@vestnik/lifecycle';
import { migrateSchema } from './store/migrate-schema.ts';

await runMigration('presence', () => migrateSchema(readDatabaseUrl()));
