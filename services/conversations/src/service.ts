import { connectBus, openStream, serve } from '@vestnik/bus';
import { streams } from '@vestnik/contracts';
import { connectDatabase, KEYED_ACCESS, refusalWhenAway } from '@vestnik/database';
import { createCrashPoints, type OnStop, type Running, startInOrder } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, countRequests, createMetrics, startOpsServer } from '@vestnik/ops';
import { startOutbox } from '@vestnik/outbox';
import type { Config } from './config.ts';
import { createHandlers, endpoints } from './endpoints.ts';
import { publishEvent } from './publish-event.ts';
import { entities } from './store/entities.ts';
import { SCHEMA } from './store/schema.ts';

/**
 * Starts the service: database, bus, stream, outbox, endpoints, ops. It stops in the opposite order: requests that were
 * taken are answered, what they changed is published, then the connections close.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 */
export function startService(config: Readonly<Config>, logger: Logger): Promise<Running> {
  return startInOrder((onStop) => start(config, logger, onStop));
}

async function start(config: Readonly<Config>, logger: Logger, onStop: OnStop): Promise<void> {
  const metrics = createMetrics('conversations');
  const database = await connectDatabase({
    url: config.databaseUrl,
    schema: SCHEMA,
    poolSize: config.databasePoolSize,
    entities,
    logger,
    sessionSettings: KEYED_ACCESS,
  });
  onStop(() => database.close());
  const bus = await connectBus({ servers: config.natsServers, user: 'conversations', name: 'conversations', logger });
  onStop(() => bus.close());
  countRefusals(metrics, bus);
  await openStream(bus, streams.conversations);

  const crash = createCrashPoints(config.crashAt);
  const publish = publishEvent.bind(undefined, { bus, database, crash });
  const outbox = startOutbox({ database, logger, metrics, publish });
  onStop(() => outbox.stop());

  const handlers = createHandlers({
    database,
    outbox,
    crash,
    groupSize: config.groupSize,
  });
  const served = await serve({
    bus,
    logger,
    name: 'conversations',
    version: '1.0.0',
    description: 'Conversations and who is in them',
    endpoints,
    handlers,
    translate: refusalWhenAway,
    onAnswered: countRequests(metrics),
  });
  onStop(() => served.stop());

  const ops = await startOpsServer({
    host: config.opsHost,
    port: config.opsPort,
    metrics,
    async health() {
      const answers = await database.ping();
      return { bus: bus.isConnected() ? 'ok' : 'down', database: answers ? 'ok' : 'down' };
    },
  });
  onStop(() => ops.stop());
}
