import type { PushProvider } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { countPending } from './store/record.ts';

/** What became of a push at one moment; `retried` may be counted several times for one. */
export type PushOutcome = 'sent' | 'failed' | 'retried' | 'skipped';

/** Counts one push. */
export type CountPush = (provider: PushProvider, outcome: PushOutcome) => void;

/** Registers what ops see of pushes; returns how to count one. */
export function registerPushMetrics(metrics: Metrics, database: Database, logger: Logger): CountPush {
  const pushes = metrics.counter('pushes_total', 'Pushes by provider and what became of them', ['provider', 'outcome']);
  metrics.gauge('pushes_pending', 'Pushes that wait for an attempt; NaN while the database is away', async () => {
    try {
      return await countPending(database);
    } catch (error) {
      // The other metrics are told all the same.
      logger.warn({ err: error }, 'pending pushes cannot be counted');
      return Number.NaN;
    }
  });
  return (provider, outcome) => pushes.inc({ provider, outcome });
}
