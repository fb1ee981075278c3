import { type ContractTerms, companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Proposes a contract to a company. */
export function proposeContract(
  { bus }: Context,
  caller: Caller,
  input: { companyId: number; terms: ContractTerms },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  return bus.request(
    companiesEndpoints.proposeContract,
    { actor: actorOf(caller), company_id: input.companyId, terms: input.terms },
    { requestId },
  );
}
