import { companiesEndpoints, decodeIdCursor, encodeIdCursor, type Person } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { actorOf } from '../upstream/actor.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers a page of the people of the caller's company, for its admins. */
export async function listCompanyPeople(
  { bus }: Context,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor: string | undefined },
): Promise<{ people: Person[]; next_cursor: string | null }> {
  const page = { actor: actorOf(caller), after: cursor === undefined ? 0 : decodeIdCursor(cursor), limit };
  const { requestId } = caller;
  const { people, next } = await bus.request(companiesEndpoints.listCompanyPeople, page, { requestId });
  return { people, next_cursor: next === null ? null : encodeIdCursor(next) };
}
