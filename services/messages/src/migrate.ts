import { SettingError } from '@vestnik/config';
import { runMigrations } from '@vestnik/database';
import { migrations } from '../migrations/index.ts';
import { readDatabaseUrl } from './config.ts';

try {
  const ran = await runMigrations({ url: readDatabaseUrl(), schema: 'messages', migrations });
  process.stdout.write(`messages: ${ran.length === 0 ? 'schema is up to date' : `ran ${ran.join(', ')}`}\n`);
} catch (error) {
  const known = error instanceof SettingError;
  process.stderr.write(`messages: ${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
