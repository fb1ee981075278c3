import { readDatabaseUrl } from '@vestnik/config';
import { runMigration } from '@vestnik/lifecycle';
import { migrateSchema } from './store/schema.ts';

await runMigration('notifications', () => migrateSchema(readDatabaseUrl()));
