import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { listReports as reportsOf, shownReport } from '../store/reports.ts';

/**
 * Returns a page of the reports of the caller's company, newest first. It ends early where it would be too long for an answer.
 *
 * @throws VestnikError `forbidden` without the role admin.
 */
export async function listReports(
  { database }: Context,
  { actor, before = Number.MAX_SAFE_INTEGER, limit }: Input<'listReports'>,
): Promise<Output<'listReports'>> {
  requireRole(actor.role, 'admin');
  const found = await database.query(reportsOf, [actor.company_id, before, limit + 1]);
  const reports = found.slice(0, limit).flatMap((row) => (row.snapshot ? [shownReport(row, row.snapshot)] : []));
  return { reports, next: found.length > reports.length ? (reports.at(-1)?.id ?? null) : null };
}
