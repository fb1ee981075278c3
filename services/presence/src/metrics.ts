import type { Database } from '@vestnik/database';
import { startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import type { Context } from './context.ts';
import { countStatuses } from './store/users.ts';

/** Age of the gauges' figures at most, in milliseconds. */
const COUNT_INTERVAL_MS = 10_000;

/** The metrics of presence besides those of every service. */
export interface StatusMetrics {
  countAnnounced: Context['countAnnounced'];
  stop(): Promise<void>;
}

/** Registers the metrics of presence. Gauges show the last count, so that a scrape costs the database nothing. */
export function measureStatuses(metrics: Metrics, database: Database, logger: Logger): StatusMetrics {
  let counts = { online: 0, unannounced: 0, gateways: 0 };
  metrics.gauge('presence_users_online', 'Users who are online, users in their grace included', () => counts.online);
  metrics.gauge('presence_unannounced', 'Users whose present status has not been published', () => counts.unannounced);
  metrics.gauge('presence_gateways', 'Gateways that are connected', () => counts.gateways);
  const announced = metrics.counter('presence_status_changes_total', 'Published changes of status', {
    direction: ['online', 'offline'],
  });
  const counting = startLoop({
    name: 'count',
    everyMs: COUNT_INTERVAL_MS,
    logger,
    async run() {
      const [row] = await database.query(countStatuses, []);
      if (row) counts = row;
    },
  });
  return {
    countAnnounced: (direction, users) => announced.inc({ direction }, users),
    stop: counting.stop,
  };
}
