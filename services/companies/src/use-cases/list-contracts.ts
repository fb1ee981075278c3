import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { pageOf } from '../page.ts';
import { listContracts as contractsOf, shownContract } from '../store/contracts.ts';

/**
 * Returns a page of the contracts of the caller's company, in the order of the other companies' ids.
 *
 * @throws VestnikError `forbidden` without a role.
 */
export async function listContracts(
  { database }: Context,
  { actor, after, limit }: Input<'listContracts'>,
): Promise<Output<'listContracts'>> {
  requireRole(actor.role, 'admin', 'compliance');
  const rows = await database.query(contractsOf, [actor.company_id, after, limit + 1]);
  const contracts = rows.map((row) => shownContract(row, actor.company_id, row.company_name));
  const { items, next } = pageOf(contracts, limit, ({ company_id }) => company_id);
  return { contracts: items, next };
}
