import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { pageOf } from '../page.ts';
import { listPeopleOf } from '../store/shown-people.ts';

/**
 * Returns a page of the people of the caller's company, in the order of their ids.
 *
 * @throws VestnikError `forbidden` without the role admin.
 */
export async function listCompanyPeople(
  { database }: Context,
  { actor, after, limit }: Input<'listCompanyPeople'>,
): Promise<Output<'listCompanyPeople'>> {
  requireRole(actor.role, 'admin');
  const found = await listPeopleOf(database, { companyId: actor.company_id, after, limit: limit + 1 });
  const { items, next } = pageOf(found, limit, ({ id }) => id);
  return { people: items, next };
}
