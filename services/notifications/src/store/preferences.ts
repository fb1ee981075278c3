import { type Database, statement } from '@vestnik/database';

/** One row of preferences. The three columns of quiet hours are null together. */
export interface PreferencesRow {
  muted_conversation_ids: number[];
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
}

const find = statement<PreferencesRow>(
  'preferences-find',
  'select muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone from preferences where user_id = $1',
);

/** Returns a user's preferences; undefined for a user who never set any. */
export async function findPreferences(database: Database, userId: number): Promise<PreferencesRow | undefined> {
  const [row] = await database.query(find, [userId]);
  return row;
}

const save = statement<never>(
  'preferences-save',
  `insert into preferences (user_id, muted_conversation_ids, quiet_start, quiet_end, quiet_time_zone)
   values ($1, $2::bigint[], $3, $4, $5)
   on conflict (user_id) do update set muted_conversation_ids = excluded.muted_conversation_ids,
     quiet_start = excluded.quiet_start, quiet_end = excluded.quiet_end, quiet_time_zone = excluded.quiet_time_zone`,
);

/** Replaces a user's preferences as a whole. */
export async function savePreferences(database: Database, userId: number, row: PreferencesRow): Promise<void> {
  await database.query(save, [userId, row.muted_conversation_ids, row.quiet_start, row.quiet_end, row.quiet_time_zone]);
}
