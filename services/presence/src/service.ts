import { connectBus, serve } from '@vestnik/bus';
import { connectDatabase, refusalWhenAway } from '@vestnik/database';
import { type OnStop, type Running, startInOrder, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { countRefusals, countRequests, createMetrics, startOpsServer } from '@vestnik/ops';
import type { PresenceConfig } from './config.ts';
import type { Context } from './context.ts';
import { createHandlers, endpoints } from './endpoints.ts';
import { measureStatuses } from './metrics.ts';
import { SCHEMA } from './store/schema.ts';
import { startSweeper } from './sweeper.ts';
import { announceChanges } from './use-cases/announce-changes.ts';

/** How often changes that nobody was woken for are looked for, in milliseconds: a crash left them behind. */
const ANNOUNCE_INTERVAL_MS = 500;
/** Changes that come in numbers are announced together, this far apart, in milliseconds. */
const ANNOUNCE_PACE_MS = 100;
/** Users of one announcement; half as many after each failure, should a batch be too large for the bus. */
const USERS_AT_ONCE = 256;

/**
 * Starts the service: database, bus, what is done again and again, endpoints, ops. It stops in the opposite order: requests
 * that were taken are answered, what they set going is done, then the connections close.
 *
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 */
export function startService(config: Readonly<PresenceConfig>, logger: Logger): Promise<Running> {
  return startInOrder((onStop) => start(config, logger, onStop));
}

async function start(config: Readonly<PresenceConfig>, logger: Logger, onStop: OnStop): Promise<void> {
  const metrics = createMetrics('presence');
  const database = await connectDatabase({
    url: config.databaseUrl,
    schema: SCHEMA,
    poolSize: config.databasePoolSize,
    entities: [],
    logger,
  });
  onStop(() => database.close());
  const bus = await connectBus({ servers: config.natsServers, user: 'presence', name: 'presence', logger });
  onStop(() => bus.close());
  countRefusals(metrics, bus);

  const measures = measureStatuses(metrics, database, logger);
  onStop(() => measures.stop());
  const context: Context = {
    database,
    bus,
    logger,
    graceSeconds: config.graceSeconds,
    statusChanged: () => announcer.wake(),
    countAnnounced: measures.countAnnounced,
  };
  const announcer = startLoop({
    name: 'announce',
    everyMs: ANNOUNCE_INTERVAL_MS,
    paceMs: ANNOUNCE_PACE_MS,
    logger,
    run: (failures) => announceChanges(context, Math.max(1, USERS_AT_ONCE >> failures)),
  });
  onStop(() => announcer.stop());
  const sweeper = startSweeper(context);
  onStop(() => sweeper.stop());

  const served = await serve({
    bus,
    logger,
    name: 'presence',
    version: '1.0.0',
    description: 'Who is connected where, and when each user was last seen',
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
