import type { Context, Input, Output } from '../context.ts';
import { emptyGateway } from '../empty-gateway.ts';
import { lockGateway } from '../store/gateways.ts';

/** Removes a gateway that stops in order. The grace begins for users who have no other gateway. */
export async function leaveGateway(
  { database, graceSeconds }: Context,
  { gateway_id }: Input<'leaveGateway'>,
): Promise<Output<'leaveGateway'>> {
  let gone = false;
  while (!gone) {
    gone = await database.transaction(async (queries) => {
      const [gateway] = await queries.query(lockGateway, [gateway_id]);
      return !gateway || emptyGateway(queries, gateway_id, graceSeconds);
    });
  }
  return {};
}
