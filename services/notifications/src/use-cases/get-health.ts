import type { ServiceHealth } from '@vestnik/contracts';
import type { Context } from '../context.ts';

/** Whether this service's database answers. */
export async function getHealth({ database }: Context): Promise<ServiceHealth> {
  return { database: (await database.ping()) ? 'ok' : 'down' };
}
