import type { ServiceHealth } from '@vestnik/contracts';
import type { Context } from '../context.ts';

/** Whether the service's database answers. */
export async function checkHealth({ database }: Pick<Context, 'database'>): Promise<ServiceHealth> {
  return { database: (await database.ping()) ? 'ok' : 'down' };
}
