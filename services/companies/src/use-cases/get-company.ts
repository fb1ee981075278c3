import { VestnikError } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { findCompanies, shownCompany } from '../store/companies.ts';

/**
 * Returns the caller's company.
 *
 * @throws VestnikError `unavailable` while the caller's first token has not been reported.
 */
export async function getCompany({ database }: Context, { actor }: Input<'getCompany'>): Promise<Output<'getCompany'>> {
  const [company] = await database.query(findCompanies, [[actor.company_id]]);
  if (!company) throw new VestnikError('unavailable', 'This company is not known yet');
  return { company: shownCompany(company) };
}
