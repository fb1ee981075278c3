import { type Conversation, membersOf } from '@vestnik/contracts';
import { type Database, writeStatement } from '@vestnik/database';

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

/**
 * Saves a conversation's participants, and the addressee of a direct one that waits for an answer, in the own copy if `version` is newer than the copy's. The row of the version stays
 * locked to the end, so that two calls at once cannot mix their participants.
 */
export function saveConversation(
  database: Database,
  conversation: Pick<Conversation, 'id' | 'type' | 'state' | 'version' | 'participants' | 'invited'>,
): Promise<void> {
  const { id, type, state, version } = conversation;
  const invited =
    type === 'direct' && state === 'pending' ? (conversation.invited ?? []).map((one) => one.user_id) : [];
  const participants = [...membersOf(conversation), ...invited];
  return database.transaction(async (queries) => {
    const taken = await queries.query(takeVersion, [id, version]);
    if (taken.length === 0) return;
    await queries.query(removeOthers, [id, participants]);
    await queries.query(addMissing, [id, participants, invited]);
  });
}
