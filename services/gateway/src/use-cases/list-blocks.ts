import { companiesEndpoints, decodeIdCursor, encodeIdCursor, type ShownBlock } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers a page of the caller's blocks, and for admins those of the company. */
export async function listBlocks(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ blocks: ShownBlock[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { blocks, next } = await bus.request(companiesEndpoints.listBlocks, page, { requestId });
  return { blocks, next_cursor: next === null ? null : encodeIdCursor(next) };
}
