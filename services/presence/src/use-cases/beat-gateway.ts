import type { EndpointData, presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import * as gateways from '../store/gateways.ts';

/**
 * Notes that a gateway is alive, and tells whether presence counts as many users on it as it does itself. One that has had
 * nobody yet is not noted at all.
 */
export async function beatGateway(
  { database }: Context,
  { gateway_id, users }: EndpointData<typeof presenceEndpoints.beatGateway>,
): Promise<{ known: boolean }> {
  const [gateway] = await database.query(gateways.beatGateway, [gateway_id]);
  return { known: (gateway?.users ?? 0) === users };
}
