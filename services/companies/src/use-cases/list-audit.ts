import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { pageOf } from '../page.ts';
import { listAudit as entriesOf } from '../store/audit.ts';

/**
 * Returns a page of the audit of the caller's company, oldest first.
 *
 * @throws VestnikError `forbidden` without a role.
 */
export async function listAudit(
  { database }: Context,
  { actor, after, limit }: Input<'listAudit'>,
): Promise<Output<'listAudit'>> {
  requireRole(actor.role, 'admin', 'compliance');
  const found = await database.query(entriesOf, [actor.company_id, after, limit + 1]);
  const { items, next } = pageOf(found, limit, ({ id }) => id);
  return { entries: items, next };
}
