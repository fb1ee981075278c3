import { changePolicy } from '../change-policy.ts';
import type { Context, Input, Output } from '../context.ts';
import { requireRole } from '../domain/roles.ts';
import { shownCompany } from '../store/companies.ts';

/**
 * Changes the rules of the caller's company that are named. Resolves when the change has left for every service.
 *
 * @throws VestnikError `forbidden` without the role admin.
 */
export async function setPolicy(context: Context, { actor, policy }: Input<'setPolicy'>): Promise<Output<'setPolicy'>> {
  requireRole(actor.role, 'admin');
  return { company: shownCompany(await changePolicy(context, actor, policy)) };
}
