import { readDatabaseUrl } from '@vestnik/config';
import { runMigrations } from '@vestnik/database';
import { runMigration } from '@vestnik/lifecycle';
import { migrations } from '../migrations/index.ts';

await runMigration('messages', () => runMigrations({ url: readDatabaseUrl(), schema: 'messages', migrations }));
