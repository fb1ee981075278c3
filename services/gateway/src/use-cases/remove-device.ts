import { notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Removes a device of the caller, and drops its waiting pushes.
 *
 * @throws VestnikError `not_found` for a device of another user and an unknown one.
 */
export function removeDevice(
  { bus }: Context,
  { userId, requestId }: Caller,
  { deviceId }: { deviceId: number },
): Promise<Record<string, never>> {
  return bus.request(notificationsEndpoints.removeDevice, { user_id: userId, device_id: deviceId }, { requestId });
}
