import type { Preferences } from '@vestnik/contracts';
import type { PreferencesRow } from '../store/preferences.ts';

/** Shapes preferences as their owner sees them. */
export function presentPreferences(row: PreferencesRow): Preferences {
  const { muted_conversation_ids, quiet_start: start, quiet_end: end, quiet_time_zone: time_zone } = row;
  const quiet = start !== null && end !== null && time_zone !== null;
  return { muted_conversation_ids, quiet_hours: quiet ? { start, end, time_zone } : null };
}
