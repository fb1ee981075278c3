import type { Preferences } from '@vestnik/contracts';
import { isoTimeOrNull } from '@vestnik/database';
import type { StoredPreferences } from '../store/preferences.ts';

/** The preferences of a user who never set any. */
export const DEFAULT_PREFERENCES: Preferences = {
  muted_conversation_ids: [],
  quiet_hours: null,
  conversations: [],
  push_after_seconds: null,
  version: 0,
};

/** Shapes preferences as their owner sees them. */
export function presentPreferences({ general, conversations }: StoredPreferences): Preferences {
  const { muted_conversation_ids, quiet_start: start, quiet_end: end, quiet_time_zone: time_zone } = general;
  const quiet = start !== null && end !== null && time_zone !== null;
  return {
    muted_conversation_ids,
    quiet_hours: quiet ? { start, end, time_zone, days: general.quiet_days } : null,
    conversations: conversations.map((row) => ({ ...row, muted_until: isoTimeOrNull(row.muted_until) })),
    push_after_seconds: general.push_after_seconds,
    version: general.version,
  };
}
