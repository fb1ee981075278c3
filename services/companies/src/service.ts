import { connectBus } from '@vestnik/bus';
import { companiesEndpoints, services, streams } from '@vestnik/contracts';
import { startDataService } from '@vestnik/data-service';
import { KEYED_ACCESS } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countSetAside } from '@vestnik/ops';
import { startOutbox } from '@vestnik/outbox';
import type { Config } from './config.ts';
import { createHandlers } from './endpoints.ts';
import { publishEvent } from './publish-event.ts';
import { schema } from './store/schema.ts';
import { startSubscriptions } from './subscriptions.ts';
import { createConversations } from './upstream/conversations.ts';

/** Starts companies. On a stop, the changes of all accepted requests are published before the connections close. */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startDataService(
    {
      schema,
      description: services.companies.purpose,
      config,
      logger,
      sessionSettings: KEYED_ACCESS,
      stream: streams.companies,
      endpoints: companiesEndpoints,
    },
    async ({ database, bus, metrics, onStop }) => {
      const conversations = createConversations(bus);
      const { natsServers, revocationServers } = config;
      const revoker = await connectBus({
        servers: revocationServers ?? natsServers,
        user: 'company-revoker',
        name: 'companies',
        logger,
      });
      onStop(() => revoker.close());
      const publish = publishEvent.bind(undefined, { bus, revoker, database, conversations });
      const outbox = startOutbox({ database, logger, metrics, faults: bus.streamFaults, publish });
      onStop(() => outbox.stop());
      const context = { database, outbox, conversations };
      const onSetAside = countSetAside(metrics, services.companies.consumers);
      const subscriptions = startSubscriptions({ bus, context, logger, onSetAside });
      onStop(() => Promise.all(subscriptions.map((subscription) => subscription.stop())));
      return createHandlers(context);
    },
  );
}
