import type { EndpointData, notificationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { resumeHeldPushes } from '../store/held.ts';

/**
 * Makes pushes due whose users looked connected when the message was stored, but whose sockets ended without confirming the
 * message. Pushes that were sent, or skipped for another reason, stay as they are.
 */
export async function resumePushes(
  { database, wakeDispatcher }: Context,
  { undelivered }: EndpointData<typeof notificationsEndpoints.resumePushes>,
): Promise<Record<string, never>> {
  await resumeHeldPushes(database, undelivered);
  wakeDispatcher();
  return {};
}
