import type { Database } from '@vestnik/database';
import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { RECORD_DAYS } from './domain/limits.ts';
import { prunePushes } from './store/record.ts';

/** How often old records are looked for, in milliseconds. */
const INTERVAL_MS = 60_000;
/** Records deleted in one go. */
const PRUNE_BATCH = 5_000;

/** Deletes old records of pushes again and again. Several instances do not get in one another's way. */
export function startUpkeep(database: Database, logger: Logger): Loop {
  return startLoop({
    name: 'delete old pushes',
    everyMs: INTERVAL_MS,
    logger,
    run: async () => (await prunePushes(database, RECORD_DAYS, PRUNE_BATCH)) === PRUNE_BATCH,
  });
}
