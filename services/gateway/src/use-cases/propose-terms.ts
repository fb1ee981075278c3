import { type ContractTerms, companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Proposes other terms of the contract with a company. */
export function proposeTerms(
  { bus }: Context,
  caller: Caller,
  input: { companyId: number; terms: ContractTerms },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  return bus.request(
    companiesEndpoints.proposeTerms,
    { actor: actorOf(caller), company_id: input.companyId, terms: input.terms },
    { requestId },
  );
}
