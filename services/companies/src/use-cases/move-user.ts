import { VestnikError } from '@vestnik/contracts';
import type { OutboxRow } from '@vestnik/outbox';
import type { Context, Input, Output } from '../context.ts';
import { addCompanies, companyFact } from '../store/companies.ts';
import { addEvent } from '../store/events.ts';
import { lockPeople, movePerson, personFact } from '../store/people.ts';
import { replaceWords } from '../store/shown-people.ts';

/**
 * Binds a person to another company. The person keeps name and picture, and loses the role.
 *
 * @throws VestnikError `not_found` for a user who has shown no token.
 */
export async function moveUser(
  { database, outbox }: Context,
  { user_id, company_id }: Input<'moveUser'>,
): Promise<Output<'moveUser'>> {
  const { person, events } = await database.transaction(async (queries) => {
    const [known] = await queries.query(lockPeople, [[user_id]]);
    if (!known) throw new VestnikError('not_found', `User ${user_id} has shown no token yet`);
    if (known.company_id === company_id) return { person: personFact(known), events: [] };
    const events: OutboxRow[] = [];
    const added = await queries.query(addCompanies, [[company_id]]);
    for (const company of added) events.push(await addEvent(queries, { company: companyFact(company) }));
    await queries.query(movePerson, [user_id, company_id]);
    const person = personFact({ ...known, company_id, version: known.version + 1 });
    await replaceWords(queries, [known]);
    events.push(await addEvent(queries, { people: [person], shown_ids: [user_id] }));
    return { person, events };
  });
  // The caller is told when every gateway has the change, or the relay has it to publish.
  await Promise.all(events.map((event) => outbox.publishNow(event)));
  return { person };
}
