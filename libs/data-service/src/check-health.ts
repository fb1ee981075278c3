import type { ServiceHealth } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';

/** Answers the request `check-health` of every data service: whether the service's database makes a durable write. */
export async function checkHealth(database: Pick<Database, 'ping'>): Promise<ServiceHealth> {
  return { database: (await database.ping()) ? 'ok' : 'down' };
}
