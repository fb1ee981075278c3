import type { PeopleChanged } from '@vestnik/contracts';
import { savePeople } from '@vestnik/relations';
import type { Context } from '../context.ts';
import { guardConversationsOf } from '../store/guards.ts';

/** Takes people into the copy, and marks their conversations with people of other companies: sends there are judged. */
export async function applyPeople({ database }: Context, { people }: PeopleChanged): Promise<void> {
  await savePeople(database, people);
  const companyIds = people.map(({ company_id }) => company_id);
  await database.query(guardConversationsOf, [people.map(({ id }) => id), companyIds]);
}
