import type { Conversation } from '@vestnik/contracts';
import type { Context } from './context.ts';
import type { Manager } from './domain/group-rules.ts';
import { type Relations, readRelations, requireAllowed } from './relations.ts';
import { readPolicies } from './store/relations.ts';

/**
 * Returns whether a participant who neither owns a group nor is an admin of its company may add people to it. The policy of the
 * group's company may allow it (`external_invite`), and for people of a partner the terms of the contract.
 *
 * @throws VestnikError `forbidden` with reason `policy` where the company lets nobody add outsiders and one of the users is one.
 */
export async function mayInvite(
  context: Context,
  manager: Manager,
  group: Conversation,
  relations: Relations,
  userIds: readonly number[],
): Promise<boolean> {
  const { company_id, owner_id } = group;
  if (company_id === null) return false;
  const [policy] = await context.database.query(readPolicies, [[company_id]]);
  const isOutsider = (userId: number) => relations.companyOf(userId) !== company_id;
  if (policy?.external_invite === false && userIds.some(isOutsider)) requireAllowed(context, 'policy');
  if (policy?.external_invite !== true || manager.user_id === owner_id) return false;
  if (relations.companyId === company_id) return true;
  if (owner_id === null) return false;
  const partners = await readRelations(context, manager, [owner_id]);
  return partners.decide(owner_id, 'invite') === 'allowed';
}
