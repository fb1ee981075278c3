import { companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Severs the contract with a company. */
export function severContract(
  { bus }: Context,
  caller: Caller,
  input: { companyId: number },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  return bus.request(
    companiesEndpoints.severContract,
    { actor: actorOf(caller), company_id: input.companyId },
    { requestId },
  );
}
