import { type Database, statement } from '@vestnik/database';
import type { SkipReason } from '../domain/skip-reason.ts';

// Every end of a push is guarded by its state: of two who took it one after the other, the first end counts. How its
// device did is told with it.
const end = statement<never>(
  'pushes-end',
  `with ended as (
     update pushes set state = $2, reason = $3, attempts = attempts + 1, next_attempt_at = null, done_at = now()
     where id = $1 and state = 'pending' returning device_id
   )
   update queues q set faltering = $4 from ended where q.device_id = ended.device_id and q.faltering <> $4`,
);
const retry = statement<never>(
  'pushes-retry',
  `with failed as (
     update pushes set attempts = attempts + 1, reason = $2, next_attempt_at = now() + make_interval(secs => $3)
     where id = $1 and state = 'pending' returning device_id
   )
   update queues q set faltering = true from failed where q.device_id = failed.device_id and not q.faltering`,
);
const skip = statement<never>(
  'pushes-skip',
  `update pushes p set state = 'skipped', reason = given.reason, next_attempt_at = null, done_at = now()
   from unnest($1::bigint[], $2::text[]) as given(id, reason) where p.id = given.id and p.state = 'pending'`,
);
const postpone = statement<never>(
  'pushes-postpone',
  `update pushes set next_attempt_at = now() + make_interval(secs => $2)
   where id = any($1::bigint[]) and state = 'pending'`,
);

/** The push arrived; `slow` when that took its device so long that it counts as faltering. */
export async function markSent(database: Database, id: number, slow: boolean): Promise<void> {
  await database.query(end, [id, 'sent', null, slow]);
}

/** The push did not arrive and is given up. */
export async function markFailed(database: Database, id: number, reason: string): Promise<void> {
  await database.query(end, [id, 'failed', reason, true]);
}

/** An attempt failed; the push is due again after `delaySeconds`. */
export async function markForRetry(
  database: Database,
  id: number,
  reason: string,
  delaySeconds: number,
): Promise<void> {
  await database.query(retry, [id, reason, delaySeconds]);
}

/** There is a reason not to push, each its own. */
export async function markSkipped(
  database: Database,
  skipped: readonly { id: number; reason: SkipReason }[],
): Promise<void> {
  if (skipped.length === 0) return;
  await database.query(skip, [skipped.map((push) => push.id), skipped.map((push) => push.reason)]);
}

/** Gives pushes back that were not attempted; due again after `delaySeconds`. */
export async function release(database: Database, ids: readonly number[], delaySeconds: number): Promise<void> {
  if (ids.length === 0) return;
  await database.query(postpone, [ids, delaySeconds]);
}

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
 * Deletes a user's device and drops what waits for it. False when the user has no such device. What is recorded for it at
 * the same moment stays in its queue and is skipped when its turn comes.
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
