import { connectBus, openStream, serve } from '@vestnik/bus';
import { streams } from '@vestnik/contracts';
import { connectDatabase, KEYED_ACCESS, refusalWhenAway } from '@vestnik/database';
import { createCrashPoints, type OnStop, type Running, startInOrder } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, countRequests, countSetAside, createMetrics, startOpsServer } from '@vestnik/ops';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createHandlers, endpoints } from './endpoints.ts';
import { createLiveEvents } from './live/live-events.ts';
import { startMessagesOutbox } from './outbox.ts';
import { createMessageStore } from './store/message-store.ts';
import { startSubscriptions } from './subscriptions.ts';

/**
 * Starts the service: database, bus, stream, outbox, store, subscriptions, endpoints, ops. It stops in the opposite order:
 * what was accepted is stored and told, then the connections close.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startInOrder((onStop) => start(config, logger, onStop));
}

async function start(config: Readonly<Config>, logger: Logger, onStop: OnStop): Promise<void> {
  const metrics = createMetrics('messages');
  const database = await connectDatabase({
    url: config.databaseUrl,
    schema: 'messages',
    poolSize: config.databasePoolSize,
    entities: [],
    logger,
    sessionSettings: KEYED_ACCESS,
  });
  onStop(() => database.close());
  const bus = await connectBus({ servers: config.natsServers, user: 'messages', name: 'messages', logger });
  onStop(() => bus.close());
  countRefusals(metrics, bus);
  const commits = metrics.counter('commits_total', 'Transactions that stored messages');
  const stored = metrics.counter('messages_stored_total', 'Messages stored');

  await openStream(bus, streams.messages);
  const crash = createCrashPoints(config.crashAt);
  const live = createLiveEvents(bus);
  const outbox = startMessagesOutbox({ bus, database, logger, metrics, live, crash });
  onStop(() => outbox.stop());
  const store = createMessageStore(database, crash, ({ outboxId, event, messages }) => {
    live.newMessages(messages);
    void outbox.publishNow({ id: outboxId, payload: event });
    crash.onceWritten('messages.sends-told');
    commits.inc();
    stored.inc(messages.length);
  });
  onStop(() => store.idle());
  const context: Context = {
    bus,
    database,
    logger,
    crash,
    store,
    outbox,
    live,
    countSetAside: countSetAside(metrics),
  };

  const subscriptions = startSubscriptions(context);
  onStop(() => Promise.all(subscriptions.map((subscription) => subscription.stop())));
  const served = await serve({
    bus,
    logger,
    name: 'messages',
    version: '1.0.0',
    description: 'Messages, their order, read markers and unread counts',
    endpoints,
    handlers: createHandlers(context),
    translate: refusalWhenAway,
    onAnswered: countRequests(metrics),
  });
  onStop(() => served.stop());
  const ops = await startOpsServer({
    host: config.opsHost,
    port: config.opsPort,
    metrics,
    health: async () => ({
      bus: bus.isConnected() ? 'ok' : 'down',
      database: (await database.ping()) ? 'ok' : 'down',
    }),
  });
  onStop(() => ops.stop());
}
