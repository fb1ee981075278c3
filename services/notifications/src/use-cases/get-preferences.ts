import type { Context, Input, Output } from '../context.ts';
import { presentPreferences } from '../presenters/preferences.ts';
import { findPreferences } from '../store/preferences.ts';

/** Returns a user's notification preferences. By default nothing is muted and there are no quiet hours. */
export async function getPreferences(
  { database }: Context,
  { user_id }: Input<'getPreferences'>,
): Promise<Output<'getPreferences'>> {
  const row = await findPreferences(database, user_id);
  return { preferences: row ? presentPreferences(row) : { muted_conversation_ids: [], quiet_hours: null } };
}
