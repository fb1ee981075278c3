import { type CompanyGroup, conversationsEndpoints, decodeIdCursor, encodeIdCursor } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { managerOf } from '../upstream/manager.ts';

/**
 * Answers a page of the groups of the caller's company, for its admins.
 *
 * @throws VestnikError `forbidden` without the role admin; `bad_request` for a cursor that no page returned.
 */
export async function listCompanyGroups(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ groups: CompanyGroup[]; next_cursor: string | null }> {
  const page = { ...managerOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { groups, next } = await bus.request(conversationsEndpoints.listCompanyGroups, page, { requestId });
  return { groups, next_cursor: next === null ? null : encodeIdCursor(next) };
}
