import type { Context, Input, Output } from '../context.ts';
import { findBlocks } from '../store/blocks.ts';
import { companyFact, findCompanies } from '../store/companies.ts';
import { contractFact, findContracts } from '../store/contracts.ts';
import { findPeople } from '../store/people.ts';

/** Returns the named users who are known, their companies, and the contracts and active blocks between them. */
export async function findRelations(
  { database }: Context,
  { user_ids }: Input<'findRelations'>,
): Promise<Output<'findRelations'>> {
  const people = await database.query(findPeople, [user_ids]);
  const companyIds = [...new Set(people.map(({ company_id }) => company_id))];
  const [companies, contracts, blocks] = await Promise.all([
    database.query(findCompanies, [companyIds]),
    database.query(findContracts, [companyIds]),
    database.query(findBlocks, [user_ids, companyIds]),
  ]);
  return { people, companies: companies.map(companyFact), contracts: contracts.map(contractFact), blocks };
}
