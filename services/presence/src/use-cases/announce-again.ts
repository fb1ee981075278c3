import type { EndpointData, presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { unannounce } from '../store/users.ts';

/** Notes that of users who came or went since then has to be told again how they are; the next announcement does so. */
export async function announceAgain(
  context: Context,
  { since }: EndpointData<typeof presenceEndpoints.announceAgain>,
): Promise<Record<string, never>> {
  await context.database.query(unannounce, [since]);
  context.statusChanged();
  return {};
}
