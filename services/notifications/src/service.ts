import { connectBus, serve } from '@vestnik/bus';
import { connectDatabase, refusalWhenAway } from '@vestnik/database';
import { createCrashPoints, type Running } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, createMetrics, startOpsServer } from '@vestnik/ops';
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
 * Starts the notifications service, on a schema that is up to date. It stops by parts that need nothing of one another
 * together, then by what they all stand on.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 */
export async function startService(config: Readonly<NotificationsConfig>, logger: Logger): Promise<Running> {
  const metrics = createMetrics('notifications');
  const bus = await connectBus({ servers: config.natsServers, user: 'notifications', name: 'notifications', logger });
  countRefusals(metrics, bus);
  const database = await connectDatabase({
    url: config.databaseUrl,
    schema: SCHEMA,
    poolSize: config.databasePoolSize,
    entities: [deviceEntity],
    logger,
  });
  const webhook = createWebhookProvider({ allowPrivate: config.allowPrivateTargets });

  const setAside = metrics.counter('events_set_aside_total', 'Durable events that could not be handled', ['consumer']);

  const context: Context = {
    bus,
    database,
    logger,
    crash: createCrashPoints(config.crashAt),
    providers: { webhook },
    clock: createLocalClock(),
    allowPrivateTargets: config.allowPrivateTargets,
    count: registerPushMetrics(metrics, database, logger),
    countSetAside: (consumer) => setAside.inc({ consumer }),
    wakeDelivery: () => delivery.wake(),
  };
  const delivery = startDelivery(context);

  const served = await serve({
    bus,
    logger,
    name: 'notifications',
    version: '1.0.0',
    description: 'Devices, notification preferences and pushes',
    endpoints,
    handlers: createHandlers(context),
    translate: refusalWhenAway,
  });
  const subscriptions = startSubscriptions(context);
  const settling = startSettling(context);
  const upkeep = startUpkeep(database, logger);
  const ops = await startOpsServer({
    host: config.opsHost,
    port: config.opsPort,
    metrics,
    health: async () => ({
      bus: bus.isConnected() ? 'ok' : 'down',
      database: (await database.ping()) ? 'ok' : 'down',
    }),
  });

  return {
    async stop() {
      await Promise.all([served, delivery, settling, upkeep, ...subscriptions].map((part) => part.stop()));
      await webhook.close();
      await ops.stop();
      await database.close();
      await bus.close();
    },
  };
}
