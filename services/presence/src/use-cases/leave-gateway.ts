import type { EndpointData, presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { emptyGateway, lockGateway } from '../store/gateways.ts';

/** Forgets a gateway that stops in order; the grace begins for everybody who has no other one. */
export async function leaveGateway(
  { database, graceSeconds }: Context,
  { gateway_id }: EndpointData<typeof presenceEndpoints.leaveGateway>,
): Promise<Record<string, never>> {
  let gone = false;
  while (!gone) {
    gone = await database.transaction(async (queries) => {
      const [gateway] = await queries.query(lockGateway, [gateway_id]);
      return !gateway || emptyGateway(queries, gateway_id, graceSeconds);
    });
  }
  return {};
}
