import { presenceEndpoints } from '@vestnik/contracts';
import { startDataService } from '@vestnik/data-service';
import { type Running, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createHandlers } from './endpoints.ts';
import { measureStatuses } from './metrics.ts';
import { startSweeper } from './sweeper.ts';
import { announceChanges } from './use-cases/announce-changes.ts';

/** Milliseconds between two looks for unannounced changes: a crash may have left them behind. */
const ANNOUNCE_INTERVAL_MS = 500;
/** Milliseconds between two announcements at least, so that many changes share one announcement. */
const ANNOUNCE_PACE_MS = 100;
/** Users of one announcement at most. Each failure halves it, should a batch be too large for the bus. */
const USERS_AT_ONCE = 256;

import { schema } from './store/schema.ts';

/** Starts presence. On a stop, the changes of all accepted requests are announced before the connections close. */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startDataService(
    {
      schema,
      description: 'Connected users, and when each user was last seen',
      config,
      logger,
      endpoints: presenceEndpoints,
    },
    ({ database, bus, metrics, onStop }) => {
      const measures = measureStatuses(metrics, database, logger);
      onStop(() => measures.stop());
      const context: Context = {
        database,
        bus,
        logger,
        graceSeconds: config.graceSeconds,
        statusChanged: () => announcer.wake(),
        countAnnounced: measures.countAnnounced,
      };
      const announcer = startLoop({
        name: 'announce',
        everyMs: ANNOUNCE_INTERVAL_MS,
        paceMs: ANNOUNCE_PACE_MS,
        logger,
        run: (failures) => announceChanges(context, Math.max(1, USERS_AT_ONCE >> failures)),
      });
      onStop(() => announcer.stop());
      const sweeper = startSweeper(context);
      onStop(() => sweeper.stop());
      return createHandlers(context);
    },
  );
}
