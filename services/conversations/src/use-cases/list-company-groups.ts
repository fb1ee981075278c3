import { VestnikError } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { listCompanyGroups as listStatement } from '../store/company-groups.ts';

/**
 * Returns a page of the groups of the caller's company, those without participants too.
 *
 * @throws VestnikError `forbidden` without the role admin.
 */
export async function listCompanyGroups(
  { database }: Context,
  { company_id, is_admin, after, limit }: Input<'listCompanyGroups'>,
): Promise<Output<'listCompanyGroups'>> {
  if (!is_admin || company_id === undefined)
    throw new VestnikError('forbidden', 'This is for people with the role admin');
  const rows = await database.query(listStatement, [company_id, after, limit + 1]);
  const page = rows.slice(0, limit);
  return {
    groups: page.map((row) => ({ ...row, created_at: isoTime(row.created_at), updated_at: isoTime(row.updated_at) })),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
