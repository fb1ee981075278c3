import type { Bus } from '@vestnik/bus';
import { DATA_SERVICES, type DataService, healthEndpoint } from '@vestnik/contracts';
import type { HealthReport, PartState } from '@vestnik/ops';

/** Reports whether this gateway can serve, and the state of every part of the system. */
export type Readiness = () => Promise<HealthReport>;

/** Serving needs these services. The failure of any other part leaves the gateway ready and degraded. */
const NEEDED: readonly DataService[] = ['conversations', 'messages'];
/** One look serves all requests within this time, in milliseconds, so that frequent requests cost the system nothing. */
const CACHE_MS = 500;

type Parts = Record<string, PartState>;

/**
 * Creates the readiness of the system as this gateway sees it. A service that does not answer within 1 s is down, and the
 * state of its database unknown. `hasKeys` tells whether there are keys to verify tokens by.
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
  const [connected, ...services] = await Promise.all([
    bus.flush().then(
      (): PartState => 'ok',
      (): PartState => 'down',
    ),
    ...DATA_SERVICES.map((service) => lookAt(bus, service)),
  ]);
  const parts: Parts = Object.assign({ bus: connected, keys: hasKeys() ? 'ok' : 'down' }, ...services);
  const needed = ['bus', ...NEEDED.flatMap((service) => [service, databaseOf(service)])];
  return {
    ready: needed.every((part) => parts[part] === 'ok'),
    degraded: Object.values(parts).some((state) => state !== 'ok'),
    parts,
  };
}

function lookAt(bus: Bus, service: DataService): Promise<Parts> {
  return bus.request(healthEndpoint(service), {}).then(
    ({ database }): Parts => ({ [service]: 'ok', [databaseOf(service)]: database }),
    (): Parts => ({ [service]: 'down', [databaseOf(service)]: 'unknown' }),
  );
}

function databaseOf(service: DataService): string {
  return `${service}.database`;
}
