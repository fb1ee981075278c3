import { companiesEndpoints, type ShownBlock } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import { applyParting } from '../upstream/apply-parting.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Blocks a user for the caller, or a company for the caller's company. Behind the reply no send of the blocked side passes.
 *
 * @throws VestnikError refusals of companies; `unavailable` while messages may still let a send pass.
 */
export async function addBlock(
  context: Context,
  caller: Caller,
  blocked: { user_id: number } | { company_id: number },
): Promise<{ block: ShownBlock }> {
  const { requestId } = caller;
  const asked = { actor: actorOf(caller), blocked };
  const { block, fact } = await context.bus.request(companiesEndpoints.addBlock, asked, { requestId });
  await applyParting(context, caller, { block: fact });
  return { block };
}
