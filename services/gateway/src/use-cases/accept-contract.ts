import { companiesEndpoints, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Accepts the proposal of a company. */
export function acceptContract(
  { bus }: Context,
  caller: Caller,
  input: { companyId: number; version?: number | undefined },
): Promise<{ contract: ShownContract }> {
  const { requestId } = caller;
  return bus.request(
    companiesEndpoints.acceptContract,
    { actor: actorOf(caller), company_id: input.companyId, version: input.version },
    { requestId },
  );
}
