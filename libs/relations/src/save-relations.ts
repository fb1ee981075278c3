import type { BlockFact, CompanyFact, ContractFact, PersonFact, Relations } from '@vestnik/contracts';
import { type Queries, writeStatement } from '@vestnik/database';

const people = writeStatement<{ user_id: number; company_id: number }, [facts: string]>(
  'save-people',
  `insert into people as known (user_id, company_id, version)
   select distinct on (id) id, company_id, version
   from json_to_recordset($1::json) as fact (id bigint, company_id bigint, version integer) order by id, version desc
   on conflict (user_id) do update set company_id = excluded.company_id, version = excluded.version
   where known.version < excluded.version
   returning user_id, company_id`,
);

const companies = writeStatement<{ company_id: number }, [facts: string]>(
  'save-companies',
  `insert into companies as known (company_id, partners, external_invite, history, version)
   select id, partners, external_invite, history, version
   from json_to_recordset($1::json)
     as fact (id bigint, partners text, external_invite boolean, history text, version integer)
   on conflict (company_id) do update
   set partners = excluded.partners, external_invite = excluded.external_invite, history = excluded.history,
     version = excluded.version
   where known.version < excluded.version
   returning company_id`,
);

const contracts = writeStatement<{ low_id: number; high_id: number; state: ContractFact['state'] }, [facts: string]>(
  'save-contracts',
  `insert into contracts as known (low_id, high_id, state, direct, groups, invite, version)
   select low_id, high_id, state, direct, groups, invite, version
   from json_to_recordset($1::json) as fact (
     low_id bigint, high_id bigint, state text, direct boolean, groups boolean, invite boolean, version integer
   )
   on conflict (low_id, high_id) do update
   set state = excluded.state, direct = excluded.direct, groups = excluded.groups, invite = excluded.invite, version = excluded.version
   where known.version < excluded.version
   returning low_id, high_id, state`,
);

const blocks = writeStatement<{ id: number }, [facts: string]>(
  'save-blocks',
  `insert into blocks as known (id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version)
   select id, blocker_id, blocker_company_id, blocked_id, blocked_company_id, is_active, version
   from json_to_recordset($1::json) as fact (
     id bigint, blocker_id bigint, blocker_company_id bigint, blocked_id bigint, blocked_company_id bigint,
     is_active boolean, version integer
   )
   on conflict (id) do update set is_active = excluded.is_active, version = excluded.version
   where known.version < excluded.version
   returning id`,
);

/** Saves people into the copy. Returns those that were new or have another company now. */
export function savePeople(queries: Queries, facts: readonly PersonFact[]) {
  return queries.query(people, [JSON.stringify(facts)]);
}

/** Saves companies into the copy. Returns those that changed. */
export function saveCompanies(queries: Queries, facts: readonly CompanyFact[]) {
  return queries.query(companies, [
    JSON.stringify(facts.map(({ id, policy, version }) => ({ id, ...policy, version }))),
  ]);
}

/** Saves contracts into the copy. Returns those that changed, each with the state that holds now. */
export function saveContracts(queries: Queries, facts: readonly ContractFact[]) {
  const rows = facts.map(({ company_ids: [low_id, high_id], state, terms, version }) => ({
    low_id,
    high_id,
    state,
    ...terms,
    version,
  }));
  return queries.query(contracts, [JSON.stringify(rows)]);
}

/** Saves blocks into the copy. Returns those that changed. */
export function saveBlocks(queries: Queries, facts: readonly BlockFact[]) {
  return queries.query(blocks, [JSON.stringify(facts)]);
}

/** Saves the answer to `find-relations` into the copy. */
export async function saveRelations(queries: Queries, relations: Relations): Promise<void> {
  await saveCompanies(queries, relations.companies);
  await saveContracts(queries, relations.contracts);
  await saveBlocks(queries, relations.blocks);
  await savePeople(queries, relations.people);
}
