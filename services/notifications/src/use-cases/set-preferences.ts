import type { Preferences, PreferencesInput } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { savePreferences } from '../store/preferences.ts';

/** Replaces a user's preferences as a whole: a part that the request leaves out is cleared. */
export async function setPreferences(
  { database }: Context,
  { user_id, preferences }: { user_id: number; preferences: PreferencesInput },
): Promise<{ preferences: Preferences }> {
  const row = {
    muted_conversation_ids: [...new Set(preferences.mutedConversationIds)],
    quiet_start: preferences.quietHours?.start ?? null,
    quiet_end: preferences.quietHours?.end ?? null,
    quiet_time_zone: preferences.quietHours?.timeZone ?? null,
  };
  await savePreferences(database, user_id, row);
  return { preferences: presentPreferences(row) };
}
