import type { Person } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { findShownPeople } from '../store/shown-people.ts';

/**
 * Returns the named people who share a company or a conversation with the caller, in the order asked. A contact who has shown no
 * token has neither name nor company.
 */
export async function getPeople(
  { database, conversations }: Context,
  { user_id, company_id, user_ids }: Input<'getPeople'>,
): Promise<Output<'getPeople'>> {
  const asked = [...new Set(user_ids)];
  const known = new Map((await findShownPeople(database, asked)).map((person) => [person.id, person]));
  const isColleague = (id: number) => id === user_id || known.get(id)?.company_id === company_id;
  const outsiders = asked.filter((id) => !isColleague(id));
  const contacts = await conversations.contactsAmong(user_id, outsiders);
  const visible = asked.filter((id) => isColleague(id) || contacts.has(id));
  return { people: visible.map((id) => known.get(id) ?? unnamed(id)) };
}

function unnamed(id: number): Person {
  return { id, name: null, company_id: null, company_name: null, picture_url: null, updated_at: null };
}
