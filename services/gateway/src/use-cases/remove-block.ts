import { companiesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Removes a block of the caller, or of the caller's company. */
export function removeBlock(
  { bus }: Context,
  caller: Caller,
  { blockId }: { blockId: number },
): Promise<Record<string, never>> {
  const { requestId } = caller;
  return bus.request(companiesEndpoints.removeBlock, { actor: actorOf(caller), block_id: blockId }, { requestId });
}
