import { companiesEndpoints, decodeIdCursor, encodeIdCursor, type ShownReport } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers a page of the reports of the caller's company, newest first, for its admins. */
export async function listReports(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ reports: ShownReport[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), before: cursor === undefined ? undefined : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { reports, next } = await bus.request(companiesEndpoints.listReports, page, { requestId });
  return { reports, next_cursor: next === null ? null : encodeIdCursor(next) };
}
