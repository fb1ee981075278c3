import { connectBus, serve } from '@vestnik/bus';
import { connectDatabase, KEYED_ACCESS, refusalWhenAway } from '@vestnik/database';
import { createCrashPoints, type OnStop, type Running, startInOrder } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, countRequests, countSetAside, createMetrics, startOpsServer } from '@vestnik/ops';
import type { NotificationsConfig } from './config.ts';
import type { Context } from './context.ts';
import { startDelivery } from './delivery.ts';
import { createLocalClock } from './domain/quiet-hours.ts';
import { createHandlers, endpoints } from './endpoints.ts';
import { createWebhookProvider } from './providers/webhook.ts';
import { registerPushMetrics } from './push-metrics.ts';
import { startSettling } from './settling.ts';
import { deviceEntity } from './store/device.ts';
import { SCHEMA } from './store/schema.ts';
import { startSubscriptions } from './subscriptions.ts';
import { startUpkeep } from './upkeep.ts';

/**
 * Starts the service: database, bus, what is done again and again, subscriptions, endpoints, ops. It stops in the opposite
 * order, parts that need nothing of one another together: what was accepted is finished, then the connections close.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 */
export function startService(config: Readonly<NotificationsConfig>, logger: Logger): Promise<Running> {
  return startInOrder((onStop) => start(config, logger, onStop));
}

async function start(config: Readonly<NotificationsConfig>, logger: Logger, onStop: OnStop): Promise<void> {
  const metrics = createMetrics('notifications');
  const database = await connectDatabase({
    url: config.databaseUrl,
    schema: SCHEMA,
    poolSize: config.databasePoolSize,
    entities: [deviceEntity],
    sessionSettings: KEYED_ACCESS,
    logger,
  });
  onStop(() => database.close());
  const bus = await connectBus({ servers: config.natsServers, user: 'notifications', name: 'notifications', logger });
  onStop(() => bus.close());
  countRefusals(metrics, bus);
  const webhook = createWebhookProvider({ allowPrivate: config.allowPrivateTargets });
  onStop(() => webhook.close());

  const context: Context = {
    bus,
    database,
    logger,
    crash: createCrashPoints(config.crashAt),
    providers: { webhook },
    clock: createLocalClock(),
    allowPrivateTargets: config.allowPrivateTargets,
    count: registerPushMetrics(metrics, database, logger),
    countSetAside: countSetAside(metrics),
    wakeDelivery: () => delivery.wake(),
  };
  const delivery = startDelivery(context);
  const parts: Running[] = [delivery, startSettling(context), startUpkeep(database, logger)];
  onStop(() => Promise.all(parts.map((part) => part.stop())));
  parts.push(...startSubscriptions(context));
  const served = await serve({
    bus,
    logger,
    name: 'notifications',
    version: '1.0.0',
    description: 'Devices, notification preferences and pushes',
    endpoints,
    handlers: createHandlers(context),
    translate: refusalWhenAway,
    onAnswered: countRequests(metrics),
  });
  parts.push(served);

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
