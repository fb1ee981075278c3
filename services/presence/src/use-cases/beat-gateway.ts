import type { Context, Input, Output } from '../context.ts';
import * as gateways from '../store/gateways.ts';

/**
 * Notes that a gateway is alive, and answers whether presence counts as many users on it as the gateway does. Presence has
 * no row for a gateway that has had no users yet.
 */
export async function beatGateway(
  { database }: Context,
  { gateway_id, users }: Input<'beatGateway'>,
): Promise<Output<'beatGateway'>> {
  const [gateway] = await database.query(gateways.beatGateway, [gateway_id]);
  return { known: (gateway?.users ?? 0) === users };
}
