import type { TokenClaims } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import type { OutboxRow } from '@vestnik/outbox';
import type { Context, Input, Output } from '../context.ts';
import { firstPerson, type NamedCompany, type Person, takeClaims, takeCompanyName } from '../domain/claims.ts';
import {
  addCompanies,
  type CompanyRow,
  companyFact,
  lockCompanyNames,
  updateCompanyNames,
} from '../store/companies.ts';
import { addEvent } from '../store/events.ts';
import { addPeople, lockPeople, personFact, updatePeople } from '../store/people.ts';
import { replaceWords } from '../store/shown-people.ts';

/** Another instance bound one of the users at the same moment. */
class BoundMeanwhile extends Error {}

/**
 * Takes what accepted tokens say of their users. The first token binds its user to its company. A token of another company
 * changes nothing.
 */
export async function reportTokens(
  context: Context,
  { tokens }: Input<'reportTokens'>,
): Promise<Output<'reportTokens'>> {
  for (;;) {
    try {
      return { company_ids: await takeTokens(context, tokens) };
    } catch (error) {
      if (!(error instanceof BoundMeanwhile)) throw error;
    }
  }
}

async function takeTokens({ database, outbox }: Context, tokens: readonly TokenClaims[]): Promise<number[]> {
  const { people, events } = await database.transaction(async (queries) => {
    const found = await queries.query(lockPeople, [idsOf(tokens.map(({ user_id }) => user_id))]);
    const people = new Map(found.map((person) => [person.user_id, person]));
    const { added, touched, changed } = foldTokens(people, tokens);
    const own = tokens.filter(({ user_id, company_id }) => people.get(user_id)?.company_id === company_id);
    const companies = await takeCompanies(queries, added, own);

    if (added.size > 0) {
      const rows = await queries.query(addPeople, [JSON.stringify(statesOf(people, added))]);
      if (rows.length < added.size) throw new BoundMeanwhile();
    }
    if (touched.size > 0) await queries.query(updatePeople, [JSON.stringify(statesOf(people, touched))]);
    const events: OutboxRow[] = [];
    for (const company of companies) events.push(await addEvent(queries, { company: companyFact(company) }));
    const states = statesOf(people, changed);
    const named = states.filter(({ name }) => name !== null);
    if (named.length > 0) await replaceWords(queries, named);
    const shown_ids = states.filter(isShown).map(({ user_id }) => user_id);
    if (states.length > 0) events.push(await addEvent(queries, { people: states.map(personFact), shown_ids }));
    return { people, events };
  });
  for (const event of events) void outbox.publishNow(event);
  return tokens.map(({ user_id, company_id }) => people.get(user_id)?.company_id ?? company_id);
}

/** Brings `people` to the state after the tokens. Returns the ids of new people, of known people, and of people who look different. */
function foldTokens(people: Map<number, Person>, tokens: readonly TokenClaims[]) {
  const added = new Set<number>();
  const touched = new Set<number>();
  const changed = new Set<number>();
  for (const token of tokens) {
    const known = people.get(token.user_id);
    if (!known) {
      people.set(token.user_id, firstPerson(token));
      added.add(token.user_id);
      changed.add(token.user_id);
    } else if (known.company_id === token.company_id) {
      const { state, isChanged } = takeClaims(known, token);
      people.set(token.user_id, state);
      if (!added.has(token.user_id)) touched.add(token.user_id);
      if (isChanged) changed.add(token.user_id);
    }
  }
  return { added, touched, changed };
}

/** Adds the companies of new people, and takes the names of companies. Returns the companies that are new or look different. */
async function takeCompanies(
  queries: Queries,
  addedPeople: ReadonlySet<number>,
  tokens: readonly TokenClaims[],
): Promise<CompanyRow[]> {
  const changed = new Map<number, CompanyRow>();
  const entered = tokens.filter(({ user_id }) => addedPeople.has(user_id)).map(({ company_id }) => company_id);
  const added = entered.length > 0 ? await queries.query(addCompanies, [idsOf(entered)]) : [];
  for (const company of added) changed.set(company.id, company);

  const naming = tokens.filter(({ company_name }) => company_name !== undefined);
  if (naming.length === 0) return [...changed.values()];
  const found = await queries.query(lockCompanyNames, [idsOf(naming.map(({ company_id }) => company_id))]);
  const companies = new Map<number, NamedCompany & CompanyRow>(found.map((company) => [company.id, company]));
  for (const token of naming) {
    const known = companies.get(token.company_id);
    if (!known) continue;
    const { state, isChanged } = takeCompanyName(known, token);
    const company = { ...known, ...state };
    companies.set(company.id, company);
    if (isChanged) changed.set(company.id, company);
  }
  await queries.query(updateCompanyNames, [JSON.stringify([...companies.values()])]);
  return [...changed.values()];
}

/** Whether other people see anything of a person. */
function isShown({ name, picture_url }: Person): boolean {
  return name !== null || picture_url !== null;
}

function idsOf(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}

function statesOf(people: ReadonlyMap<number, Person>, userIds: ReadonlySet<number>): Person[] {
  return [...userIds].flatMap((userId) => people.get(userId) ?? []);
}
