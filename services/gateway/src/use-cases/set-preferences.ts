import { notificationsEndpoints, type Preferences, type PreferencesInput } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Replaces the caller's notification preferences as a whole. */
export function setPreferences(
  { bus }: Context,
  { userId, requestId }: Caller,
  preferences: PreferencesInput,
): Promise<{ preferences: Preferences }> {
  return bus.request(notificationsEndpoints.setPreferences, { user_id: userId, preferences }, { requestId });
}
