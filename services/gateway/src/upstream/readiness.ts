import type { Bus } from '@vestnik/bus';
import { DATA_SERVICES, type DataService, healthEndpoint } from '@vestnik/contracts';
import type { Health } from '@vestnik/ops';

/** Looks at every part of the system: the bus, the keys of tokens, each service, each service's database. */
export type Readiness = () => Promise<Health>;

/** One look serves everybody who asks within this time, in milliseconds, so that asking costs the system nothing. */
const CACHE_MS = 500;

/** Creates the readiness of the system as this gateway sees it. A service that does not answer in 1 s is down. */
export function createReadiness(bus: Bus, hasKeys: () => boolean): Readiness {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let health: Promise<Health> | undefined;
  return () => {
    const now = performance.now();
    if (!health || now - lookedAt >= CACHE_MS) {
      lookedAt = now;
      health = look(bus, hasKeys);
    }
    return health;
  };
}

async function look(bus: Bus, hasKeys: () => boolean): Promise<Health> {
  const [connected, ...parts] = await Promise.all([
    bus.flush().then(
      (): Health => ({ bus: 'ok' }),
      (): Health => ({ bus: 'down' }),
    ),
    ...DATA_SERVICES.map((service) => lookAt(bus, service)),
  ]);
  return Object.assign({}, connected, { keys: hasKeys() ? 'ok' : 'down' }, ...parts);
}

function lookAt(bus: Bus, service: DataService): Promise<Health> {
  const database = `${service}.database`;
  return bus.request(healthEndpoint(service), {}).then(
    (health): Health => ({ [service]: 'ok', [database]: health.database }),
    (): Health => ({ [service]: 'down', [database]: 'down' }),
  );
}
