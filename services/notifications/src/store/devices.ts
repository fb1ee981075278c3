import { type Database, statement } from '@vestnik/database';
import type { SkipReason } from '../domain/skip-reason.ts';

const dropDevice = statement<{ id: number }>(
  'devices-drop',
  `with gone as (
     delete from devices where id = $1 and user_id = $2 returning id
   ), dropped as (
     update pushes set state = 'skipped', reason = $3, next_attempt_at = null, held_at = null, done_at = now()
     where state in ('pending', 'held') and device_id in (select id from gone)
   )
   select id from gone`,
);
const dropQueue = statement<never>('queues-drop', 'delete from queues where device_id = $1 and due_at is null');

/**
 * Deletes a user's device and drops the pushes that wait for it. Returns false when the user has no such device. A push
 * that is recorded at the same moment stays in the device's queue, and the next claim skips it.
 */
export async function deleteDevice(
  database: Database,
  device: { id: number; userId: number },
  reason: Extract<SkipReason, 'device removed' | 'device gone'>,
): Promise<boolean> {
  return await database.transaction(async ({ query }) => {
    const gone = await query(dropDevice, [device.id, device.userId, reason]);
    if (gone.length === 0) return false;
    await query(dropQueue, [device.id]);
    return true;
  });
}
