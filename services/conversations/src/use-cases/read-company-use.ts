import type { Context, Input, Output } from '../context.ts';
import { groupsOfCompany } from '../store/quotas.ts';

/** Returns how many groups with participants a company has, and how many it may have. */
export async function readCompanyUse(
  { database, companyGroups }: Context,
  { company_id }: Input<'readCompanyUse'>,
): Promise<Output<'readCompanyUse'>> {
  const [row] = await database.query(groupsOfCompany, [company_id]);
  return { groups: row?.groups ?? 0, groups_limit: Number.isFinite(companyGroups) ? companyGroups : null };
}
