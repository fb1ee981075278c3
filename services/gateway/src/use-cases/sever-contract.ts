import { companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import { applyParting } from '../upstream/apply-parting.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Severs the contract with a company. Behind the reply no send crosses. Severing again changes nothing.
 *
 * @throws VestnikError refusals of companies; `unavailable` while messages may still let a send pass.
 */
export async function severContract(
  context: Context,
  caller: Caller,
  input: { companyId: number },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  const asked = { actor: actorOf(caller), company_id: input.companyId };
  const { contract, fact } = await context.bus.request(companiesEndpoints.severContract, asked, { requestId });
  await applyParting(context, caller, { contract: fact });
  return { contract };
}
