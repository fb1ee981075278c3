import { companiesEndpoints, type ShownBlock } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Blocks a user for the caller, or a company for the caller's company. */
export function addBlock(
  { bus }: Context,
  caller: Caller,
  blocked: { user_id: number } | { company_id: number },
): Promise<{ block: ShownBlock }> {
  const { requestId } = caller;
  return bus.request(companiesEndpoints.addBlock, { actor: actorOf(caller), blocked }, { requestId });
}
