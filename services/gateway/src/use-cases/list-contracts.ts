import { companiesEndpoints, decodeIdCursor, encodeIdCursor, type ShownContract } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers a page of the contracts of the caller's company. */
export async function listContracts(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ contracts: ShownContract[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { contracts, next } = await bus.request(companiesEndpoints.listContracts, page, { requestId });
  return { contracts, next_cursor: next === null ? null : encodeIdCursor(next) };
}
