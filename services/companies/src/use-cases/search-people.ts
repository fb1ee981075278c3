import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { wordsOf } from '../domain/words.ts';
import { searchShownPeople } from '../store/shown-people.ts';

/**
 * Finds people of the caller's company, and contacts of the caller, by the beginnings of words in their names. The caller is left
 * out.
 *
 * @throws VestnikError `invalid` for a `q` without letters and digits.
 */
export async function searchPeople(
  { database, conversations }: Context,
  { user_id, company_id, q, after, limit }: Input<'searchPeople'>,
): Promise<Output<'searchPeople'>> {
  const beginnings = wordsOf(q);
  if (beginnings.length === 0) throw new VestnikError('invalid', 'q: must have letters or digits');
  const contactIds = await conversations.contactsOf(user_id);
  // The caller may be among them, and one more says whether there are more.
  const ask = { companyId: company_id, contactIds, beginnings, after, limit: limit + 2 };
  const found = (await searchShownPeople(database, ask)).filter(({ id }) => id !== user_id);
  const people = found.slice(0, limit);
  return { people, next: found.length > limit ? (people.at(-1)?.id ?? null) : null };
}
