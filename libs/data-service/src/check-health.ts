import { type Bus, streamFault } from '@vestnik/bus';
import type { ServiceHealth, Stream } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { HealthReport } from '@vestnik/ops';

/** Answers the request `check-health` of every data service. */
export async function checkHealth(parts: {
  database: Pick<Database, 'fault'>;
  bus: Bus;
  /** The stream that the service publishes to, if there is one. */
  stream: Stream | undefined;
}): Promise<ServiceHealth> {
  const { database, bus, stream } = parts;
  const [databaseCause, streamCause] = await Promise.all([database.fault(), stream && streamFault(bus, stream)]);
  return {
    database: stateOf(databaseCause),
    database_cause: databaseCause,
    ...(stream && { stream: stateOf(streamCause), stream_cause: streamCause }),
  };
}

/** Returns the health of a data service as its ops port shows it. */
export function reportOf(bus: Pick<Bus, 'isConnected'>, health: ServiceHealth): HealthReport {
  const { database, database_cause, stream, stream_cause } = health;
  const parts = {
    bus: bus.isConnected() ? ('ok' as const) : ('down' as const),
    database,
    ...(stream && { stream }),
  };
  const ready = Object.values(parts).every((state) => state === 'ok');
  const causes = {
    ...(database_cause !== undefined && { database: database_cause }),
    ...(stream_cause !== undefined && { stream: stream_cause }),
  };
  return { ready, degraded: !ready, parts, causes };
}

function stateOf(cause: string | undefined): 'ok' | 'down' {
  return cause === undefined ? 'ok' : 'down';
}
