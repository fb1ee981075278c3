import { PAGE_LIMIT, VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { readAuditEnd } from '../store/audit.ts';
import { findCompanies, shownCompany } from '../store/companies.ts';
import { listContracts, shownContract } from '../store/contracts.ts';

/**
 * Returns a company with its first 100 contracts and the end of its audit, for ops.
 *
 * @throws VestnikError `not_found` for an unknown company.
 */
export async function inspectCompany(
  { database }: Context,
  { company_id }: Input<'inspectCompany'>,
): Promise<Output<'inspectCompany'>> {
  const [company] = await database.query(findCompanies, [[company_id]]);
  if (!company) throw new VestnikError('not_found', 'There is no such company');
  const rows = await database.query(listContracts, [company_id, 0, PAGE_LIMIT]);
  const contracts = rows.map((row) => shownContract(row, company_id, row.company_name));
  return { company: shownCompany(company), contracts, audit: await readAuditEnd(database, company_id) };
}
