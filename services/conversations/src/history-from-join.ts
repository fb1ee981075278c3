import type { Conversation } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { readPolicies } from './store/relations.ts';

/**
 * Returns those of the named users who see no message from before they join a group. They are the people of other companies,
 * where the policy of the group's company has `history` joined.
 *
 * @param companyOf the company of a user, null where it is unknown
 */
export async function historyFromJoin(
  { database }: Pick<Context, 'database'>,
  { type, company_id }: Pick<Conversation, 'type' | 'company_id'>,
  userIds: readonly number[],
  companyOf: (userId: number) => number | null,
): Promise<number[]> {
  if (type !== 'group' || company_id === null) return [];
  const outsiders = userIds.filter((userId) => companyOf(userId) !== company_id);
  if (outsiders.length === 0) return [];
  const [policy] = await database.query(readPolicies, [[company_id]]);
  return policy?.history === 'joined' ? outsiders : [];
}
