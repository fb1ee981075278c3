import { type Device, type DeviceInput, notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { marksOf } from '../upstream/token-marks.ts';

/**
 * Registers a push target of the caller. The answer shows the secret of a webhook, this once.
 *
 * @throws VestnikError `invalid` for a target that may not be reached.
 */
export function registerDevice(
  { bus }: Context,
  { userId, requestId, token }: Caller,
  input: DeviceInput,
): Promise<{ device: Device }> {
  const marks = token && marksOf(token);
  return bus.request(notificationsEndpoints.registerDevice, { user_id: userId, ...input, token: marks }, { requestId });
}
