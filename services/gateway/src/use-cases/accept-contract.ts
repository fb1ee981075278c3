import { companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import { applyParting } from '../upstream/apply-parting.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Accepts the proposal of a company. Behind the reply sends are judged by its terms.
 *
 * @throws VestnikError refusals of companies; `unavailable` while messages may still judge by other terms.
 */
export async function acceptContract(
  context: Context,
  caller: Caller,
  input: { companyId: number; version?: number | undefined },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  const asked = { actor: actorOf(caller), company_id: input.companyId, version: input.version };
  const { contract, fact } = await context.bus.request(companiesEndpoints.acceptContract, asked, { requestId });
  await applyParting(context, caller, { contract: fact });
  return { contract };
}
