import { companiesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Ends the tokens, sockets and devices of a person of the caller's company.
 *
 * @throws VestnikError refusals of companies.
 */
export function revokePerson(
  { bus }: Context,
  caller: Caller,
  { userId }: { userId: number },
): Promise<Record<string, never>> {
  const { requestId } = caller;
  return bus.request(companiesEndpoints.revokePerson, { actor: actorOf(caller), user_id: userId }, { requestId });
}
