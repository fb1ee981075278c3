import { conversationsEndpoints, REFUSAL_REASONS, services, streams } from '@vestnik/contracts';
import { createChangeQueue, startDataService } from '@vestnik/data-service';
import { KEYED_ACCESS } from '@vestnik/database';
import { type Running, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countSetAside } from '@vestnik/ops';
import { startOutbox } from '@vestnik/outbox';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createHandlers } from './endpoints.ts';
import { createLiveUpdates, publishEvent } from './publish-event.ts';
import { createQuotas } from './quotas.ts';
import { schema } from './store/schema.ts';
import { deleteExpiredCreations } from './store/statements.ts';
import { startSubscriptions } from './subscriptions.ts';

/** Creations of more than a day ago are deleted this often, in milliseconds, so many at once. */
const CLEAN_EVERY_MS = 600_000;
const CLEAN_AT_ONCE = 1_000;

/** Starts conversations. On a stop, the changes of all accepted requests are published before the connections close. */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startDataService(
    {
      schema,
      description: 'Conversations and their participants',
      config,
      logger,
      sessionSettings: KEYED_ACCESS,
      stream: streams.conversations,
      endpoints: conversationsEndpoints,
    },
    ({ database, bus, metrics, onStop }) => {
      const changes = createChangeQueue('changes', config, metrics);
      const creations = createChangeQueue('creations', config, metrics);
      const publish = publishEvent.bind(undefined, { bus, database, updates: createLiveUpdates(bus) });
      const outbox = startOutbox({ database, logger, metrics, faults: bus.streamFaults, publish });
      onStop(() => outbox.stop());
      const cleaning = startLoop({
        name: 'delete expired creations',
        everyMs: CLEAN_EVERY_MS,
        logger,
        run: async () => (await database.query(deleteExpiredCreations, [CLEAN_AT_ONCE])).length === CLEAN_AT_ONCE,
      });
      onStop(() => cleaning.stop());
      const decisions = metrics.counter('decisions_total', 'Decisions on what people may do, by outcome', {
        outcome: ['allowed', 'ask', ...REFUSAL_REASONS],
      });
      const context: Context = {
        bus,
        database,
        changes,
        creations,
        outbox,
        groupSize: config.groupSize,
        quotas: createQuotas(config.quotas, metrics),
        companyGroups: config.quotas.companyGroups,
        partners: config.partners,
        countDecision: (outcome) => decisions.inc({ outcome }),
      };
      const subscriptions = startSubscriptions({
        context,
        logger,
        onSetAside: countSetAside(metrics, services.conversations.consumers),
      });
      onStop(() => Promise.all(subscriptions.map((subscription) => subscription.stop())));
      return createHandlers(context);
    },
  );
}
