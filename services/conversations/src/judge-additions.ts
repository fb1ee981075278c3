import type { Context } from './context.ts';
import { type Actor, type Relations, readRelations, requireAllowed, requireCommonGroup } from './relations.ts';
import { findActiveContacts } from './store/invitations.ts';

/** The outcome for users whom an actor adds to a group: those who join at once, and those who are invited first. */
export interface Additions {
  relations: Relations;
  joining: number[];
  invited: number[];
}

/**
 * Judges the users whom an actor adds to a group. A user who shares an active conversation with the actor is not invited first.
 *
 * @param companyIds the companies of those who are in the group already
 * @throws VestnikError `forbidden` with a reason where the decision refuses one of the users, or two companies in one group.
 */
export async function judgeAdditions(
  context: Context,
  actor: Actor,
  userIds: readonly number[],
  companyIds: readonly number[],
): Promise<Additions> {
  const relations = await readRelations(context, actor, userIds);
  const joining: number[] = [];
  const invited: number[] = [];
  for (const userId of userIds) {
    const decision = relations.decide(userId, 'add');
    requireAllowed(context, decision);
    (decision === 'ask' ? invited : joining).push(userId);
  }
  await requireCommonGroup(context, [relations.companyId, ...companyIds, ...userIds.map(relations.companyOf)]);
  if (invited.length === 0) return { relations, joining, invited };
  const contacts = await context.database.query(findActiveContacts, [actor.user_id, invited]);
  const known = new Set(contacts.map(({ user_id }) => user_id));
  return {
    relations,
    joining: userIds.filter((userId) => known.has(userId) || joining.includes(userId)),
    invited: invited.filter((userId) => !known.has(userId)),
  };
}
