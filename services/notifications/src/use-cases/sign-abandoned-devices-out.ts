import { presenceEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { findExpired, noteSeen, signExpiredOut } from '../store/sign-out.ts';

/** A user who has not come back for this long after the last token of a device expired does not use the device any more. */
const RETURN_WITHIN_MS = 30 * 86_400_000;
/** Devices that one run looks at. */
const BATCH = 100;

/**
 * Signs devices out whose tokens expired 30 days ago, unless their user has had a socket since. Returns whether there may be more
 * devices to look at now.
 *
 * @throws VestnikError `unavailable` when presence is away.
 */
export async function signAbandonedDevicesOut({ bus, database }: Context): Promise<boolean> {
  const before = new Date(Date.now() - RETURN_WITHIN_MS);
  const expired = await database.query(findExpired, [before.toISOString(), BATCH]);
  for (const { user_id } of expired) {
    const { statuses } = await bus.request(presenceEndpoints.getStatuses, { user_id, user_ids: [user_id] });
    const [status] = statuses;
    const seenAt = status?.is_online ? new Date() : new Date(status?.last_seen ?? 0);
    if (seenAt > before) await database.query(noteSeen, [user_id, seenAt.toISOString()]);
    else await database.query(signExpiredOut, [user_id, before.toISOString()]);
  }
  return expired.length === BATCH;
}
