import { PUSH_PROVIDERS, type PushProvider } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { countPending } from './store/record.ts';

const OUTCOMES = ['sent', 'failed', 'retried', 'skipped'] as const;

/** The outcome of a push at one moment; the metric may count `retried` several times for one push. */
export type PushOutcome = (typeof OUTCOMES)[number];

/** Counts one push. */
export type CountPush = (provider: PushProvider, outcome: PushOutcome) => void;

/** Registers the metrics of pushes; returns how to count one push. */
export function registerPushMetrics(metrics: Metrics, database: Database, logger: Logger): CountPush {
  const pushes = metrics.counter('pushes_total', 'Pushes by provider and outcome', {
    provider: PUSH_PROVIDERS,
    outcome: OUTCOMES,
  });
  metrics.gauge('pushes_pending', 'Pushes that wait for an attempt; NaN while the database is away', async () => {
    try {
      return await countPending(database);
    } catch (error) {
      // One gauge that cannot be read hides none of the other metrics.
      logger.warn({ err: error }, 'pending pushes cannot be counted');
      return Number.NaN;
    }
  });
  return (provider, outcome) => pushes.inc({ provider, outcome });
}
