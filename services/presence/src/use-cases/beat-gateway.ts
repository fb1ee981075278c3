import type { EndpointData, presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { beatGateway } from '../store/gateways.ts';

/**
 * Notes that a gateway is alive, and tells whether presence counts as many users on it as it does itself. One that has had
 * nobody yet is not noted at all.
 */
export async function beat(
  { database }: Context,
  { gateway_id, users }: EndpointData<typeof presenceEndpoints.beat>,
): Promise<{ known: boolean }> {
  const [gateway] = await database.query(beatGateway, [gateway_id]);
  return { known: (gateway?.users ?? 0) === users };
}
