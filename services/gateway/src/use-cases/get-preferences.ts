import { notificationsEndpoints, type Preferences } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers the caller's notification preferences. */
export function getPreferences({ bus }: Context, { userId, requestId }: Caller): Promise<{ preferences: Preferences }> {
  return bus.request(notificationsEndpoints.getPreferences, { user_id: userId }, { requestId });
}
