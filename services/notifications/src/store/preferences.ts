import type { NotificationLevel } from '@vestnik/contracts';
import { type Database, type Queries, statement, writeStatement } from '@vestnik/database';

/** The preferences of a recipient that decide about one push. */
export interface PushPreferences {
  /** The user wants no push of this conversation now. */
  muted: boolean;
  /** The user wants pushes of this conversation for mentions alone. */
  mentions_only: boolean;
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
  /** Days on which quiet hours begin; 1 is Monday. Null for a user without preferences. */
  quiet_days: number[] | null;
  /** A connected user gets pushes for messages that are still unread after this time; null: none. */
  push_after_seconds: number | null;
}

/** SQL: the columns of `PushPreferences` for a conversation, from the tables that `joinPreferences` joins. */
export const preferenceColumns = (conversation: string) => `
  coalesce(${conversation} = any(f.muted_conversation_ids), false)
    or coalesce(l.level = 'none', false) or coalesce(l.muted_until > now(), false) as muted,
  coalesce(l.level = 'mentions', false) as mentions_only,
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
  version: number;
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
  `select muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone, quiet_days, push_after_seconds, version
   from preferences where user_id = $1`,
);
const findConversations = statement<ConversationPreferencesRow>(
  'preferences-find-conversations',
  `select conversation_id, level, muted_until from conversation_preferences where user_id = $1 order by conversation_id`,
);

/** Returns a user's preferences; undefined for a user who never set any. */
export async function findPreferences(database: Queries, userId: number): Promise<StoredPreferences | undefined> {
  const [general] = await database.query(find, [userId]);
  return general && { general, conversations: await database.query(findConversations, [userId]) };
}

const begin = writeStatement<never>(
  'preferences-begin',
  `insert into preferences (user_id, muted_conversation_ids, version) values ($1, '{}', 0) on conflict do nothing`,
);
const lock = writeStatement<never>('preferences-lock', 'select from preferences where user_id = $1 for update');
const save = writeStatement<never>(
  'preferences-save',
  `update preferences set muted_conversation_ids = $2::bigint[], quiet_start = $3, quiet_end = $4, quiet_time_zone = $5,
     quiet_days = $6::integer[], push_after_seconds = $7, version = $8
   where user_id = $1`,
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

/**
 * Replaces a user's preferences as a whole, by what `next` makes of the former ones; undefined leaves them as they are.
 * Returns the preferences afterwards. Concurrent changes of one user wait for each other.
 */
export function replacePreferences(
  database: Database,
  userId: number,
  next: (former: StoredPreferences) => StoredPreferences | undefined,
): Promise<StoredPreferences> {
  return database.transaction(async (queries: Queries) => {
    await queries.query(begin, [userId]);
    await queries.query(lock, [userId]);
    const former = await findPreferences(queries, userId);
    if (!former) throw new Error('the row of the preferences has gone');
    const changed = next(former);
    if (!changed) return former;
    const { general, conversations } = changed;
    await queries.query(save, [
      userId,
      general.muted_conversation_ids,
      general.quiet_start,
      general.quiet_end,
      general.quiet_time_zone,
      general.quiet_days,
      general.push_after_seconds,
      general.version,
    ]);
    await queries.query(removeConversations, [userId]);
    await queries.query(addConversations, [
      userId,
      conversations.map(({ conversation_id }) => conversation_id),
      conversations.map(({ level }) => level),
      conversations.map(({ muted_until }) => muted_until),
    ]);
    return changed;
  });
}
