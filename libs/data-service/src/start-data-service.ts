import { type Bus, connectBus, type Handlers, openStream, serve, usedShareOf } from '@vestnik/bus';
import type { ServiceConfig } from '@vestnik/config';
import {
  type AnyEndpoint,
  type DataService,
  healthEndpoint,
  type Service,
  type Stream,
  schemaOf,
  services,
  streams,
} from '@vestnik/contracts';
import { connectDatabase, type Database, type DatabaseOptions, refusalWhenAway, type Schema } from '@vestnik/database';
import { type OnStop, type Running, startInOrder } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import {
  countRequests,
  createMetrics,
  type Metrics,
  showStreams,
  startOpsServer,
  VERSION,
  watchBus,
  watchPool,
  watchWrites,
} from '@vestnik/ops';
import { checkHealth, reportOf } from './check-health.ts';
import { watchConsumers } from './watch-consumers.ts';

/** The parts that the kit has started, for the service's own parts. */
export interface Kit {
  database: Database;
  bus: Bus;
  metrics: Metrics;
  logger: Logger;
  /** Notes how a part stops, as soon as the part has started. Parts stop in the opposite order. */
  onStop: OnStop;
}

/** Describes a data service to `startDataService`. */
export interface DataServiceOptions<Catalogue extends Record<string, AnyEndpoint>> {
  /** The service's schema. Its name is also that of the service, of its role in the database and of its user on the bus. */
  schema: Schema;
  /** Says in one line what the service is for; `nats micro info` shows it. */
  description: string;
  config: Readonly<ServiceConfig>;
  logger: Logger;
  /** Settings of Postgres for every database connection, by name. */
  sessionSettings?: DatabaseOptions['sessionSettings'];
  /** The stream that the service publishes to. The start opens it and so fails where the stream is missing. */
  stream?: Stream;
  /** The requests that the service answers; `check-health` is added to them. */
  endpoints: Catalogue;
}

/**
 * Starts a data service: its database, its bus connection, its own parts, its endpoints and its ops port, in this order.
 * The service stops in the opposite order: it answers the requests that it has accepted, its own parts finish their work,
 * and then its connections close.
 *
 * @param startParts starts the service's own parts and returns the handler of each endpoint
 * @throws VestnikError `unavailable` when the bus cannot be reached.
 * @throws SettingError when the database is not fit for the service, or refuses it.
 */
export function startDataService<Catalogue extends Record<string, AnyEndpoint>>(
  options: DataServiceOptions<Catalogue>,
  startParts: (kit: Kit) => Handlers<Catalogue> | Promise<Handlers<Catalogue>>,
): Promise<Running> {
  return startInOrder(async (onStop) => {
    const { schema, description, config, logger, sessionSettings, stream, endpoints } = options;
    const { name, entities } = schema;
    const metrics = createMetrics(name);
    const database = await connectDatabase({
      url: config.databaseUrl,
      schema: schemaOf(name),
      poolSize: config.databasePoolSize,
      entities,
      logger,
      sessionSettings,
    });
    onStop(() => database.close());
    await database.refuseUnfitServer();
    const bus = await connectBus({ servers: config.natsServers, user: name, name, logger });
    onStop(() => bus.close());
    watchBus(metrics, bus);
    watchPool(metrics, database.poolUse);
    watchConsumers(metrics, bus, name);
    if (stream) await openStream(bus, stream);
    showStreams(metrics, usedShares(bus, name));

    const health = () => checkHealth({ database, bus, stream });
    watchWrites(metrics, health);

    const handlers = await startParts({ database, bus, metrics, logger, onStop });
    const served = await serve({
      bus,
      logger,
      name,
      version: VERSION,
      description,
      endpoints: { ...endpoints, checkHealth: healthEndpoint(name) },
      handlers: { ...handlers, checkHealth: health },
      translate: refusalWhenAway,
      onAnswered: countRequests(
        metrics,
        Object.values<AnyEndpoint>({ ...endpoints, checkHealth: healthEndpoint(name) }).map(({ verb }) => verb),
      ),
    });
    onStop(() => served.stop());

    const ops = await startOpsServer({
      host: config.opsHost,
      port: config.opsPort,
      metrics,
      health: async () => reportOf(bus, await health()),
    });
    onStop(() => ops.stop());
  });
}

/** The streams that a service may look at: its own, and the events that its consumers set aside. */
function usedShares(bus: Bus, service: DataService): Record<string, () => Promise<number>> {
  const { ownStreams, consumers }: Service = services[service];
  const shown = consumers.length > 0 ? [...ownStreams, streams.aside] : ownStreams;
  return Object.fromEntries(shown.map((stream) => [stream.name, () => usedShareOf(bus, stream)]));
}
