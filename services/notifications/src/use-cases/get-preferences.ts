import type { Context, Input, Output } from '../context.ts';
import { DEFAULT_PREFERENCES, presentPreferences } from '../presenters/preferences.ts';
import { findPreferences } from '../store/preferences.ts';

/** Returns a user's notification preferences. By default nothing is muted and there are no quiet hours. */
export async function getPreferences(
  { database }: Context,
  { user_id }: Input<'getPreferences'>,
): Promise<Output<'getPreferences'>> {
  const stored = await findPreferences(database, user_id);
  return { preferences: stored ? presentPreferences(stored) : DEFAULT_PREFERENCES };
}
