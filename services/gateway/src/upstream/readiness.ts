import type { Bus } from '@vestnik/bus';
import {
  DATA_SERVICES,
  type DataService,
  healthEndpoint,
  type Service,
  type ServiceHealth,
  services,
} from '@vestnik/contracts';
import type { HealthReport, PartState } from '@vestnik/ops';

/** Reports whether this gateway can serve, and the state of every part of the system. */
export type Readiness = () => Promise<HealthReport>;

/** Serving needs these services. The failure of any other part leaves the gateway ready and degraded. */
const NEEDED: readonly DataService[] = ['conversations', 'messages'];
/** One look serves all requests within this time, in milliseconds, so that frequent requests cost the system nothing. */
const CACHE_MS = 500;

interface Found {
  parts: Record<string, PartState>;
  causes: Record<string, string>;
}

/**
 * Creates the readiness of the system as this gateway sees it. A service that does not answer within 1 s is down, and the
 * state of its database and stream unknown. `hasKeys` tells whether there are keys to verify tokens by.
 */
export function createReadiness(bus: Bus, hasKeys: () => boolean): Readiness {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let report: Promise<HealthReport> | undefined;
  return () => {
    const now = performance.now();
    if (!report || now - lookedAt >= CACHE_MS) {
      lookedAt = now;
      report = look(bus, hasKeys);
    }
    return report;
  };
}

async function look(bus: Bus, hasKeys: () => boolean): Promise<HealthReport> {
  const [connected, ...found] = await Promise.all([
    bus.flush().then(
      (): PartState => 'ok',
      (): PartState => 'down',
    ),
    ...DATA_SERVICES.map((service) => lookAt(bus, service)),
  ]);
  const parts: Found['parts'] = Object.assign(
    { bus: connected, keys: hasKeys() ? 'ok' : 'down' },
    ...found.map(({ parts: some }) => some),
  );
  const needed = ['bus', ...NEEDED.flatMap((service) => [service, databaseOf(service), streamOf(service)])];
  return {
    // An instance of an older release tells nothing of its stream.
    ready: needed.every((part) => (parts[part] ?? 'ok') === 'ok'),
    degraded: Object.values(parts).some((state) => state !== 'ok'),
    parts,
    causes: Object.assign({}, ...found.map(({ causes }) => causes)),
  };
}

function lookAt(bus: Bus, service: DataService): Promise<Found> {
  return bus.request(healthEndpoint(service), {}).then(
    (health) => foundIn(service, health),
    (): Found => ({
      parts: {
        [service]: 'down',
        [databaseOf(service)]: 'unknown',
        ...(hasStream(service) && { [streamOf(service)]: 'unknown' }),
      },
      causes: {},
    }),
  );
}

function foundIn(service: DataService, { database, database_cause, stream, stream_cause }: ServiceHealth): Found {
  return {
    parts: { [service]: 'ok', [databaseOf(service)]: database, ...(stream && { [streamOf(service)]: stream }) },
    causes: {
      ...(database_cause !== undefined && { [databaseOf(service)]: database_cause }),
      ...(stream_cause !== undefined && { [streamOf(service)]: stream_cause }),
    },
  };
}

function hasStream(service: DataService): boolean {
  const { ownStreams }: Service = services[service];
  return ownStreams.length > 0;
}

function streamOf(service: string): string {
  return `${service}.stream`;
}

function databaseOf(service: DataService): string {
  return `${service}.database`;
}
