import { companiesEndpoints, type Policy, type ShownCompany } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Changes the rules of the caller's company that the input names. */
export function setPolicy({ bus }: Context, caller: Caller, input: Policy): Promise<{ company: ShownCompany }> {
  const { requestId } = caller;
  return bus.request(companiesEndpoints.setPolicy, { actor: actorOf(caller), policy: input }, { requestId });
}
