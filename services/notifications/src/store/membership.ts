import type { Conversation } from '@vestnik/contracts';
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
  `insert into participants (conversation_id, user_id) select $1, user_id from unnest($2::bigint[]) as given(user_id)
   on conflict do nothing`,
);

/**
 * Saves a conversation's participants in the own copy if `version` is newer than the copy's. The row of the version stays
 * locked to the end, so that two calls at once cannot mix their participants.
 */
export function saveConversation(
  database: Database,
  { id, version, participants }: Pick<Conversation, 'id' | 'version' | 'participants'>,
): Promise<void> {
  return database.transaction(async (queries) => {
    const taken = await queries.query(takeVersion, [id, version]);
    if (taken.length === 0) return;
    await queries.query(removeOthers, [id, participants]);
    await queries.query(addMissing, [id, participants]);
  });
}
