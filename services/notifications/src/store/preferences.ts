import type { NotificationLevel } from '@vestnik/contracts';
import { type Database, type Queries, statement, writeStatement } from '@vestnik/database';

/** The preferences of a recipient that decide about one push. */
export interface PushPreferences {
  /** The user wants no push of this conversation now. */
  muted: boolean;
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
  /** Days on which quiet hours begin; 1 is Monday. Null for a user without preferences. */
  quiet_days: number[] | null;
  /** A connected user gets pushes for messages that are still unread after this time; null: none. */
  push_after_seconds: number | null;
}

// Messages carry no mentions yet, so the level `mentions` lets no message through.
/** SQL: the columns of `PushPreferences` for a conversation, from the tables that `joinPreferences` joins. */
export const preferenceColumns = (conversation: string) => `
  coalesce(${conversation} = any(f.muted_conversation_ids), false)
    or coalesce(l.level <> 'all', false) or coalesce(l.muted_until > now(), false) as muted,
  f.quiet_start, f.quiet_end, f.quiet_time_zone, f.quiet_days, f.push_after_seconds`;

/** SQL: joins the preferences of a row's user, and of its user for its conversation. */
export const joinPreferences = (row: string) => `
  left join preferences f on f.user_id = ${row}.user_id
  left join conversation_preferences l on l.user_id = ${row}.user_id and l.conversation_id = ${row}.conversation_id`;

/** One row of preferences. The columns of quiet hours are null together. */
export interface PreferencesRow {
  muted_conversation_ids: number[];
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
  quiet_days: number[];
  push_after_seconds: number | null;
}

/** A user's choice which messages of one conversation are pushed. */
export interface ConversationPreferencesRow {
  conversation_id: number;
  level: NotificationLevel;
  /** As Postgres reads and writes times. */
  muted_until: string | null;
}

/** A user's preferences as a whole. */
export interface StoredPreferences {
  general: PreferencesRow;
  conversations: ConversationPreferencesRow[];
}

const find = statement<PreferencesRow>(
  'preferences-find',
  `select muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone, quiet_days, push_after_seconds
   from preferences where user_id = $1`,
);
const findConversations = statement<ConversationPreferencesRow>(
  'preferences-find-conversations',
  `select conversation_id, level, muted_until from conversation_preferences where user_id = $1 order by conversation_id`,
);

/** Returns a user's preferences; undefined for a user who never set any. */
export async function findPreferences(database: Database, userId: number): Promise<StoredPreferences | undefined> {
  const [general] = await database.query(find, [userId]);
  return general && { general, conversations: await database.query(findConversations, [userId]) };
}

const save = writeStatement<never>(
  'preferences-save',
  `insert into preferences
     (user_id, muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone, quiet_days, push_after_seconds)
   values ($1, $2::bigint[], $3, $4, $5, $6::integer[], $7)
   on conflict (user_id) do update set muted_conversation_ids = excluded.muted_conversation_ids,
     quiet_start = excluded.quiet_start, quiet_end = excluded.quiet_end, quiet_time_zone = excluded.quiet_time_zone,
     quiet_days = excluded.quiet_days, push_after_seconds = excluded.push_after_seconds`,
);
const removeConversations = writeStatement<never>(
  'preferences-remove-conversations',
  'delete from conversation_preferences where user_id = $1',
);
const addConversations = writeStatement<never>(
  'preferences-add-conversations',
  `insert into conversation_preferences (user_id, conversation_id, level, muted_until)
   select $1, given.* from unnest($2::bigint[], $3::text[], $4::timestamptz[]) as given`,
);

/** Replaces a user's preferences as a whole. The row of the user stays locked to the end. */
export function savePreferences(
  database: Database,
  userId: number,
  { general, conversations }: StoredPreferences,
): Promise<void> {
  return database.transaction(async (queries: Queries) => {
    await queries.query(save, [
      userId,
      general.muted_conversation_ids,
      general.quiet_start,
      general.quiet_end,
      general.quiet_time_zone,
      general.quiet_days,
      general.push_after_seconds,
    ]);
    await queries.query(removeConversations, [userId]);
    await queries.query(addConversations, [
      userId,
      conversations.map(({ conversation_id }) => conversation_id),
      conversations.map(({ level }) => level),
      conversations.map(({ muted_until }) => muted_until),
    ]);
  });
}
