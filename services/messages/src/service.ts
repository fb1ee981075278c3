import { messagesEndpoints, REFUSAL_REASONS, type RefusalReason, services, streams } from '@vestnik/contracts';
import { createChangeQueue, startDataService } from '@vestnik/data-service';
import { KEYED_ACCESS } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countSetAside } from '@vestnik/ops';
import { startCompanyUse } from './company-use.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createHandlers } from './endpoints.ts';
import { startLifeLoop } from './life-loop.ts';
import { createLiveEvents } from './live/live-events.ts';
import { createMessageStore } from './message-store.ts';
import { startMessagesOutbox } from './outbox.ts';
import { createWaitingMessages } from './search/waiting-messages.ts';
import { startSearchLoops } from './search-loops.ts';
import { schema } from './store/schema.ts';
import { startSubscriptions } from './subscriptions.ts';

/** Starts messages. On a stop, all accepted sends are stored and published before the connections close. */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startDataService(
    {
      schema,
      description: 'Messages, their order, read markers and unread counts',
      config,
      logger,
      // functions/judge-crossing.sql reads the rule.
      sessionSettings: { ...KEYED_ACCESS, 'vestnik.partners': config.partners },
      stream: streams.messages,
      endpoints: messagesEndpoints,
    },
    ({ database, bus, metrics, onStop }) => {
      const changes = createChangeQueue('changes', config, metrics);
      const live = createLiveEvents(bus);
      const outbox = startMessagesOutbox({ bus, database, logger, metrics, live });
      onStop(() => outbox.stop());

      const waiting = createWaitingMessages();
      const commits = metrics.counter('commits_total', 'Transactions that stored messages');
      const stored = metrics.counter('messages_stored_total', 'Messages stored');
      const store = createMessageStore(database, ({ outboxId, event, messages, readings }) => {
        live.newMessages(messages);
        waiting.add(messages);
        for (const reading of readings) live.messagesRead(reading);
        void outbox.publishNow({ id: outboxId, payload: event });
        commits.inc();
        stored.inc(messages.length);
      });
      onStop(() => store.idle());

      const refusals = metrics.counter(
        'refusals_total',
        'Sends and changes that the rules between people and companies refused, by reason',
        { reason: REFUSAL_REASONS },
      );
      const countRefusal = (reason: RefusalReason) => refusals.inc({ reason });
      const companyUse = startCompanyUse({ database, logger, metrics }, config.companyMessagesPerDay);
      onStop(() => companyUse.stop());
      const context: Context = { bus, database, changes, store, live, outbox, companyUse, countRefusal };
      const subscriptions = startSubscriptions({
        context,
        logger,
        onSetAside: countSetAside(metrics, services.messages.consumers),
      });
      onStop(() => Promise.all(subscriptions.map((subscription) => subscription.stop())));
      const loops = [...startSearchLoops(context, waiting, logger), startLifeLoop(context, logger)];
      onStop(() => Promise.all(loops.map((loop) => loop.stop())));
      return createHandlers(context);
    },
  );
}
