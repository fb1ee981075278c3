import { canonicalTimeZone } from '@vestnik/contracts';
import type { Context, Input, Output } from '../context.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { savePreferences } from '../store/preferences.ts';

/** Replaces a user's preferences as a whole: a part that the request leaves out is cleared. */
export async function setPreferences(
  { database }: Context,
  { user_id, preferences }: Input<'setPreferences'>,
): Promise<Output<'setPreferences'>> {
  const row = {
    muted_conversation_ids: [...new Set(preferences.mutedConversationIds)],
    quiet_start: preferences.quietHours?.start ?? null,
    quiet_end: preferences.quietHours?.end ?? null,
    quiet_time_zone: preferences.quietHours ? (canonicalTimeZone(preferences.quietHours.timeZone) ?? null) : null,
  };
  await savePreferences(database, user_id, row);
  return { preferences: presentPreferences(row) };
}
