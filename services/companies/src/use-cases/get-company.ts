import type { Context, Input, Output } from '../context.ts';
import { type CompanyRow, findCompanies, shownCompany } from '../store/companies.ts';

/** Returns the caller's company. Until the caller's first token has been reported it has no name and no rules. */
export async function getCompany({ database }: Context, { actor }: Input<'getCompany'>): Promise<Output<'getCompany'>> {
  const [company = unnamed(actor.company_id)] = await database.query(findCompanies, [[actor.company_id]]);
  return { company: shownCompany(company) };
}

function unnamed(id: number): CompanyRow {
  return { id, name: null, partners: null, external_invite: null, history: null, version: 0 };
}
