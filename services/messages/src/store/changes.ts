import { statement } from '@vestnik/database';

/** Locks a message that a user may see, for the length of a transaction: message, user. */
export const lockVisible = statement<{ conversation_id: number; sender_id: number; deleted: boolean }>(
  'lock-visible-message',
  `select m.conversation_id, m.sender_id, m.deleted_at is not null as deleted
   from messages m join members me on me.conversation_id = m.conversation_id and me.user_id = $2
   where m.id = $1 for update of m`,
);

/** Changes what a message says: message, content. */
export const setContent = statement<never>(
  'set-content',
  'update messages set content = $2, edited_at = clock_timestamp() where id = $1',
);

/** Makes a message a tombstone: message. */
export const makeTombstone = statement<never>(
  'make-tombstone',
  'update messages set content = null, attachments = null, deleted_at = clock_timestamp() where id = $1',
);

/** Adds a reaction; no row: it was there already. Values: message, user, emoji. */
export const addReaction = statement<{ changed: number }>(
  'add-reaction',
  'insert into reactions (message_id, user_id, emoji) values ($1, $2, $3) on conflict do nothing returning 1 as changed',
);

/** Takes a reaction back; no row: it was not there. Values: message, user, emoji. */
export const removeReaction = statement<{ changed: number }>(
  'remove-reaction',
  'delete from reactions where message_id = $1 and user_id = $2 and emoji = $3 returning 1 as changed',
);

/** Notes at a message whether it has reactions: message. */
export const noteReactions = statement<never>(
  'note-reactions',
  `update messages set has_reactions = exists (select from reactions r where r.message_id = $1) where id = $1`,
);

/** Waits for the turn to tell of something, which lasts until the end of the transaction: its name. */
export const takeTurnToTell = statement<never>(
  'take-turn-to-tell',
  'select pg_advisory_xact_lock(hashtextextended($1, 0))',
);
