import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import { RECORD_DAYS } from './domain/limits.ts';
import { prunePushes } from './store/upkeep.ts';

/** Deletes old records of pushes for as long as it runs. */
export interface Upkeep {
  stop(): Promise<void>;
}

/** How often old records are looked for, in milliseconds. */
const INTERVAL_MS = 60_000;
/** Records deleted in one go. */
const PRUNE_BATCH = 5_000;

/** Starts the upkeep. Several instances do not get in one another's way. */
export function startUpkeep(database: Database, logger: Logger): Upkeep {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pruned = 0;
      try {
        pruned = await prunePushes(database, RECORD_DAYS, PRUNE_BATCH);
      } catch (error) {
        logger.warn({ err: error }, 'old records of pushes stay for now');
      }
      if (pruned < PRUNE_BATCH) {
        await delay(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
