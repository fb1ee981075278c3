import { companiesEndpoints, type ShownCompany } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers the caller's company. */
export function getCompany({ bus }: Context, caller: Caller): Promise<{ company: ShownCompany }> {
  const { requestId } = caller;
  return bus.request(companiesEndpoints.getCompany, { actor: actorOf(caller) }, { requestId });
}
