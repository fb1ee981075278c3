import { type Database, statement } from '@vestnik/database';
import type { SkipReason } from '../domain/skip-reason.ts';

// The state guards every outcome: when two instances claimed a push one after the other, the first outcome counts. The
// outcome also decides whether the device is isolated.
const end = statement<never>(
  'pushes-end',
  `with ended as (
     update pushes set state = $2, reason = $3, attempts = attempts + 1, next_attempt_at = null, done_at = now()
     where id = $1 and state = 'pending' returning device_id
   )
   update queues q set isolated = $4 from ended where q.device_id = ended.device_id and q.isolated <> $4`,
);
const retry = statement<never>(
  'pushes-retry',
  `with failed as (
     update pushes set attempts = attempts + 1, reason = $2, next_attempt_at = now() + make_interval(secs => $3)
     where id = $1 and state = 'pending' returning device_id
   )
   update queues q set isolated = true from failed where q.device_id = failed.device_id and not q.isolated`,
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

/** Records that a push arrived. `slow`: the attempt took so long that its device is isolated. */
export async function markSent(database: Database, id: number, slow: boolean): Promise<void> {
  await database.query(end, [id, 'sent', null, slow]);
}

/** Records that a push did not arrive and is given up. */
export async function markFailed(database: Database, id: number, reason: string): Promise<void> {
  await database.query(end, [id, 'failed', reason, true]);
}

/** Records a failed attempt; the push is due again after `delaySeconds`. */
export async function markForRetry(
  database: Database,
  id: number,
  reason: string,
  delaySeconds: number,
): Promise<void> {
  await database.query(retry, [id, reason, delaySeconds]);
}

/** Records pushes as skipped, each with its own reason. */
export async function markSkipped(
  database: Database,
  skipped: readonly { id: number; reason: SkipReason }[],
): Promise<void> {
  if (skipped.length === 0) return;
  await database.query(skip, [skipped.map((push) => push.id), skipped.map((push) => push.reason)]);
}

/** Releases claimed pushes that were not attempted; they are due again after `delaySeconds`. */
export async function release(database: Database, ids: readonly number[], delaySeconds: number): Promise<void> {
  if (ids.length === 0) return;
  await database.query(postpone, [ids, delaySeconds]);
}
