import type { Database } from '@vestnik/database';
import type { Change } from '../domain/change.ts';
import type { Participation, Returned } from './conversation-row.ts';
import { departureEntity, type InvitationRecord, invitationEntity, participantEntity } from './schema.ts';

/** A unit of work of this schema. */
export type EntityManager = ReturnType<Database['em']>;

/**
 * Reads the participants of a conversation in the order in which they joined. `lastPosition` is the position of the last one; 0 for
 * none. One row holds all of them: a thousand entities would cost more than the change itself.
 */
export async function readParticipants(
  em: EntityManager,
  conversationId: number,
): Promise<Participation & { lastPosition: number }> {
  const [row] = await em.execute<
    { participants: number[]; late: number[]; returned: Returned[]; last_position: number }[]
  >(
    `select coalesce(array_agg(user_id order by position), '{}') as participants,
       coalesce(array_agg(user_id order by position) filter (where history_from_join), '{}') as late,
       coalesce(json_agg(json_build_object('user_id', user_id, 'version', returned_version) order by position)
         filter (where returned_version is not null), '[]') as returned,
       coalesce(max(position), 0) as last_position
     from participants where conversation_id = ?`,
    [conversationId],
  );
  if (!row) throw new Error('The participants of a conversation were not read');
  const { participants, late, returned, last_position } = row;
  return { participants, historyFromJoin: late, returned, lastPosition: last_position };
}

/** Removes participants from a conversation, and notes that they have left it. */
export async function removeParticipants(
  em: EntityManager,
  conversation_id: number,
  userIds: readonly number[],
): Promise<void> {
  if (userIds.length === 0) return;
  await em.nativeDelete(participantEntity, { conversation_id, user_id: { $in: [...userIds] } });
  await em.upsertMany(
    departureEntity,
    userIds.map((user_id) => ({ conversation_id, user_id })),
    { onConflictAction: 'ignore' },
  );
}

/** Returns those of the users who have left a conversation before. */
export async function departedAmong(
  em: EntityManager,
  conversation_id: number,
  userIds: readonly number[],
): Promise<number[]> {
  if (userIds.length === 0) return [];
  const departures = await em.find(departureEntity, { conversation_id, user_id: { $in: [...userIds] } });
  return departures.map(({ user_id }) => user_id);
}

/** Marks some of the participants who join. */
interface Joining {
  /** Those who see no message from before. */
  historyFromJoin: readonly number[];
  returned: readonly Returned[];
}

/** Adds participants to a conversation in the order given, the first at `firstPosition`. */
export function addParticipants(
  em: EntityManager,
  conversationId: number,
  userIds: readonly number[],
  firstPosition: number,
  at: Date,
  { historyFromJoin, returned }: Joining = { historyFromJoin: [], returned: [] },
): void {
  const versions = new Map(returned.map(({ user_id, version }) => [user_id, version]));
  userIds.forEach((user_id, index) => {
    const participant = {
      conversation_id: conversationId,
      user_id,
      position: firstPosition + index,
      joined_at: at,
      history_from_join: historyFromJoin.includes(user_id),
      returned_version: versions.get(user_id) ?? null,
    };
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
