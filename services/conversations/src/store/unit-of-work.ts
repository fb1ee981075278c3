import type { Database } from '@vestnik/database';
import type { Change } from '../domain/change.ts';
import { type InvitationRecord, invitationEntity, participantEntity } from './schema.ts';

/** A unit of work of this schema. */
export type EntityManager = ReturnType<Database['em']>;

/**
 * Reads the participants of a conversation in the order in which they joined, and those of them who see no message from before.
 * `lastPosition` is the position of the last one; 0 for none.
 * One row holds all of them: a thousand entities would cost more than the change itself.
 */
export async function readParticipants(
  em: EntityManager,
  conversationId: number,
): Promise<{ participants: number[]; historyFromJoin: number[]; lastPosition: number }> {
  const [row] = await em.execute<{ participants: number[]; late: number[]; last_position: number }[]>(
    `select coalesce(array_agg(user_id order by position), '{}') as participants,
       coalesce(array_agg(user_id order by position) filter (where history_from_join), '{}') as late,
       coalesce(max(position), 0) as last_position
     from participants where conversation_id = ?`,
    [conversationId],
  );
  if (!row) throw new Error('The participants of a conversation were not read');
  return { participants: row.participants, historyFromJoin: row.late, lastPosition: row.last_position };
}

/**
 * Adds participants to a conversation in the order given, the first at `firstPosition`. Those of `historyFromJoin` see no
 * message from before.
 */
export function addParticipants(
  em: EntityManager,
  conversationId: number,
  userIds: readonly number[],
  firstPosition: number,
  at: Date,
  historyFromJoin: readonly number[] = [],
): void {
  userIds.forEach((user_id, index) => {
    const position = firstPosition + index;
    const history_from_join = historyFromJoin.includes(user_id);
    const participant = { conversation_id: conversationId, user_id, position, joined_at: at, history_from_join };
    em.persist(em.create(participantEntity, participant));
  });
}

/** Saves which users a change invitations, and which it no longer invitations. `invitations` are those that the conversation has. */
export function saveInvitations(
  em: EntityManager,
  conversationId: number,
  invitations: readonly InvitationRecord[],
  { invited, uninvited, joined }: Pick<Change, 'invited' | 'uninvited' | 'joined'>,
  at: Date,
): void {
  const known = new Map(invitations.map((invitation) => [invitation.user_id, invitation]));
  for (const userId of [...uninvited.userIds, ...joined]) {
    const invitation = known.get(userId);
    if (!invitation) continue;
    if (uninvited.declined) em.assign(invitation, { declined_at: at });
    else em.remove(invitation);
  }
  for (const { user_id, invited_by } of invited) {
    const invitation = known.get(user_id);
    if (invitation) em.assign(invitation, { invited_by, invited_at: at, declined_at: null });
    else
      em.persist(em.create(invitationEntity, { conversation_id: conversationId, user_id, invited_by, invited_at: at }));
  }
}
