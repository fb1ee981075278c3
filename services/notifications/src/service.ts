import { notificationsEndpoints, services } from '@vestnik/contracts';
import { startDataService } from '@vestnik/data-service';
import { KEYED_ACCESS } from '@vestnik/database';
import type { Running } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countSetAside } from '@vestnik/ops';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createLocalClock } from './domain/quiet-hours.ts';
import { createHandlers } from './endpoints.ts';
import { startLoops } from './loops.ts';
import { createResolve } from './providers/resolve.ts';
import { createWebhookProvider } from './providers/webhook.ts';
import { startPushDispatcher } from './push-dispatcher.ts';
import { registerPushMetrics } from './push-metrics.ts';
import { findInstallation } from './store/installation.ts';
import { schema } from './store/schema.ts';
import { startSubscriptions } from './subscriptions.ts';

/** Starts notifications. On a stop, its loops and subscriptions finish their work together before the connections close. */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startDataService(
    {
      schema,
      description: 'Devices, notification preferences and pushes',
      config,
      logger,
      sessionSettings: KEYED_ACCESS,
      endpoints: notificationsEndpoints,
    },
    ({ database, bus, metrics, onStop }) => {
      const resolve = createResolve({ servers: config.dnsServers });
      const webhook = createWebhookProvider({ allowPrivate: config.allowPrivateTargets, resolve });
      onStop(() => webhook.close());
      const context: Context = {
        bus,
        database,
        logger,
        providers: { webhook },
        clock: createLocalClock(),
        installation: once(() => findInstallation(database)),
        allowPrivateTargets: config.allowPrivateTargets,
        count: registerPushMetrics(metrics, database, logger),
        countSetAside: countSetAside(metrics, services.notifications.consumers),
        wakeDispatcher: () => dispatcher.wake(),
      };
      const dispatcher = startPushDispatcher(context);
      const parts: Running[] = [dispatcher, ...startLoops(context)];
      onStop(() => Promise.all(parts.map((part) => part.stop())));
      parts.push(...startSubscriptions(context));
      return createHandlers(context);
    },
  );
}

/** Returns a function that reads a value once, and again after a failure. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => {
    value ??= read().catch((error: unknown) => {
      value = undefined;
      throw error;
    });
    return value;
  };
}
