import type { Preferences } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { findPreferences } from '../store/preferences.ts';

/** Returns a user's notification preferences. By default nothing is muted and there are no quiet hours. */
export async function getPreferences(
  { database }: Context,
  { user_id }: { user_id: number },
): Promise<{ preferences: Preferences }> {
  const row = await findPreferences(database, user_id);
  return { preferences: row ? presentPreferences(row) : { muted_conversation_ids: [], quiet_hours: null } };
}
