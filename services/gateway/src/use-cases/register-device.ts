import { type Device, type DeviceInput, notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

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
  // A token without a known time of issue was issued before every revocation.
  const marks = token && { issued_at: Math.max(0, token.issuedAt), fingerprints: [...token.fingerprints] };
  return bus.request(notificationsEndpoints.registerDevice, { user_id: userId, ...input, token: marks }, { requestId });
}
