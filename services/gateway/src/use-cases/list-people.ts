import { companiesEndpoints, decodeIdCursor, encodeIdCursor, type Person } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** The people that a caller asks for: by their ids, or by the beginnings of words in their names. */
export type PeopleAsk = { userIds: number[] } | { q: string; limit: number; cursor: string | undefined };

/** Answers people who share a company or a conversation with the caller. Others are left out. */
export async function listPeople(
  { bus, readLimiter }: Context,
  caller: Caller,
  ask: PeopleAsk,
): Promise<{ people: Person[]; next_cursor: string | null }> {
  const { userId, companyId, requestId } = caller;
  const asker = { user_id: userId, company_id: companyId };
  if ('userIds' in ask) {
    const input = { ...asker, user_ids: ask.userIds };
    const { people } = await bus.request(companiesEndpoints.getPeople, input, { requestId });
    return { people, next_cursor: null };
  }
  const after = ask.cursor === undefined ? 0 : decodeIdCursor(ask.cursor);
  const input = { ...asker, q: ask.q, after, limit: ask.limit };
  const { people, next } = await readLimiter.run(caller, () =>
    bus.request(companiesEndpoints.searchPeople, input, { requestId }),
  );
  return { people, next_cursor: next === null ? null : encodeIdCursor(next) };
}
