import { type Conversation, membersOf } from '@vestnik/contracts';
import { type Database, writeStatement } from '@vestnik/database';
import { insertInvitationPushes } from './invitation-pushes.ts';

const takeVersion = writeStatement<{ conversation_id: number }>(
  'membership-take-version',
  `insert into conversations as known (conversation_id, version) values ($1, $2)
   on conflict (conversation_id) do update set version = excluded.version where known.version < excluded.version
   returning conversation_id`,
);

const removeOthers = writeStatement<never>(
  'membership-remove-others',
  'delete from participants where conversation_id = $1 and user_id <> all($2::bigint[])',
);

const addMissing = writeStatement<never>(
  'membership-add-missing',
  `insert into participants as known (conversation_id, user_id, is_invited)
   select $1, user_id, user_id = any($3::bigint[]) from unnest($2::bigint[]) as given(user_id)
   on conflict (conversation_id, user_id) do update set is_invited = excluded.is_invited
   where known.is_invited <> excluded.is_invited`,
);

const removeInvitations = writeStatement<never>(
  'invitations-remove-others',
  'delete from invitations where conversation_id = $1 and user_id <> all($2::bigint[])',
);

const addInvitations = writeStatement<{ user_id: number }>(
  'invitations-add-missing',
  `insert into invitations (conversation_id, user_id) select $1, user_id from unnest($2::bigint[]) as given(user_id)
   on conflict do nothing returning user_id`,
);

/**
 * Saves a conversation's participants and invited users in the own copy if `version` is newer than the copy's. The addressee of a
 * direct one that waits for an answer counts as a participant here: the addressee gets pushes, without a text. The row of the version
 * stays locked to the end, so that two calls at once cannot mix their participants.
 *
 * A user who is invited into a group now gets a push of it, recorded in the same transaction. Returns how many were recorded.
 */
export function saveConversation(
  database: Database,
  conversation: Pick<Conversation, 'id' | 'type' | 'state' | 'version' | 'participants' | 'invited'>,
): Promise<number> {
  const { id, type, state, version } = conversation;
  const invited = (conversation.invited ?? []).map(({ user_id }) => user_id);
  const asked = type === 'direct' && state === 'pending' ? invited : [];
  const waiting = type === 'group' ? invited : [];
  const participants = [...membersOf(conversation), ...asked];
  return database.transaction(async (queries) => {
    const taken = await queries.query(takeVersion, [id, version]);
    if (taken.length === 0) return 0;
    await queries.query(removeOthers, [id, participants]);
    await queries.query(addMissing, [id, participants, asked]);
    if (type === 'direct') return 0;
    await queries.query(removeInvitations, [id, waiting]);
    if (waiting.length === 0) return 0;
    const added = await queries.query(addInvitations, [id, waiting]);
    return insertInvitationPushes(
      queries,
      id,
      added.map(({ user_id }) => user_id),
    );
  });
}
