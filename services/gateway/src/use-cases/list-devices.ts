import { type Device, notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/** Answers the caller's devices. */
export function listDevices({ bus }: Context, { userId, requestId }: Caller): Promise<{ devices: Device[] }> {
  return bus.request(notificationsEndpoints.listDevices, { user_id: userId }, { requestId });
}
