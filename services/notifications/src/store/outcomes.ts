import type { DeviceState } from '@vestnik/contracts';
import { type Database, writeStatement } from '@vestnik/database';
import type { SkipReason } from '../domain/skip-reason.ts';
import type { ClaimedPush } from './claims.ts';

/** The claim that an outcome belongs to. */
export type Claimed = Pick<ClaimedPush, 'id' | 'lease' | 'device_id' | 'device_version'>;

// Two guards keep a late outcome from a newer state. The state of a push and the lease of its claim guard the push: only a
// push that arrived counts without the lease. The version guards the device: an outcome judges the version that was claimed.
// Rows are locked in the order device, push, queue, as by a deletion of the device.
//
// $1: push. $2: device, $3: its version, $4: its state, $5: its last error, $6: whether it is isolated.
const DEVICE = `
  device as materialized (select id from devices where id = $2 and version = $3 for no key update)`;
const AFTER_DEVICE = '(select count(*) from device) is not null';
const JUDGE = `
  judged as (
    update devices d set last_error = $5,
      state = case when $4::text = 'failing' and d.state = 'suspended' then d.state else $4::text end
    from outcome where d.id in (select id from device) and (d.state, d.last_error) is distinct from ($4::text, $5::text)
  )`;
const QUEUE = 'q.device_id = outcome.device_id and q.device_id in (select id from device)';

const sent = writeStatement<never>(
  'pushes-sent',
  `with ${DEVICE}, outcome as (
     update pushes set state = 'sent', reason = null, attempts = attempts + 1, next_attempt_at = null, done_at = now()
     where id = $1 and state = 'pending' and ${AFTER_DEVICE} returning device_id
   ), ${JUDGE}
   update queues q set isolated = $6, paused_until = null from outcome
   where ${QUEUE} and (q.isolated <> $6 or q.paused_until is not null)`,
);
// $7: the lease of the claim.
const failed = writeStatement<never>(
  'pushes-failed',
  `with ${DEVICE}, outcome as (
     update pushes set state = 'failed', reason = $5, attempts = attempts + 1, next_attempt_at = null, done_at = now()
     where id = $1 and state = 'pending' and next_attempt_at = $7::timestamptz and ${AFTER_DEVICE} returning device_id
   ), ${JUDGE}
   update queues q set isolated = $6 from outcome where ${QUEUE} and q.isolated <> $6`,
);
// $8: seconds until the push is due again. $9: attempts to count. $10: whether the whole device waits.
const retry = writeStatement<never>(
  'pushes-retry',
  `with ${DEVICE}, outcome as (
     update pushes set attempts = attempts + $9, reason = $5, next_attempt_at = now() + make_interval(secs => $8)
     where id = $1 and state = 'pending' and next_attempt_at = $7::timestamptz and ${AFTER_DEVICE} returning device_id
   ), ${JUDGE}
   update queues q set isolated = $6,
     paused_until = case when $10 then now() + make_interval(secs => $8) else q.paused_until end
   from outcome where ${QUEUE} and (q.isolated <> $6 or $10)`,
);
const skip = writeStatement<never>(
  'pushes-skip',
  `update pushes p set state = 'skipped', reason = given.reason, next_attempt_at = null, done_at = now()
   from unnest($1::bigint[], $2::timestamptz[], $3::text[]) as given (id, lease, reason)
   where p.id = given.id and p.state = 'pending' and p.next_attempt_at = given.lease`,
);
const postpone = writeStatement<never>(
  'pushes-postpone',
  `update pushes p set next_attempt_at = now() + make_interval(secs => $3)
   from unnest($1::bigint[], $2::timestamptz[]) as given (id, lease)
   where p.id = given.id and p.state = 'pending' and p.next_attempt_at = given.lease`,
);

/** Records that a push arrived. `slow`: the attempt took so long that its device is isolated. */
export async function markSent(database: Database, push: Claimed, slow: boolean): Promise<void> {
  await database.query(sent, [push.id, push.device_id, push.device_version, 'active', null, slow]);
}

/** Records that a push did not arrive and is given up. Its device is suspended. */
export async function markFailed(database: Database, push: Claimed, reason: string): Promise<void> {
  await database.query(failed, [...verdict(push, 'suspended', reason), push.lease]);
}

/** Records a failed attempt; the push is due again after `delaySeconds`. */
export async function markForRetry(
  database: Database,
  push: Claimed,
  reason: string,
  delaySeconds: number,
): Promise<void> {
  await database.query(retry, [...verdict(push, 'failing', reason), push.lease, delaySeconds, 1, false]);
}

/** Records that a target put an attempt off: it does not count, and every push of the device waits for `delaySeconds`. */
export async function markPutOff(
  database: Database,
  push: Claimed,
  reason: string,
  delaySeconds: number,
): Promise<void> {
  await database.query(retry, [...verdict(push, 'failing', reason), push.lease, delaySeconds, 0, true]);
}

function verdict(push: Claimed, state: DeviceState, error: string): unknown[] {
  return [push.id, push.device_id, push.device_version, state, error, true];
}

/** Records claimed pushes as skipped, each with its own reason. */
export async function markSkipped(
  database: Database,
  skipped: readonly { push: Pick<Claimed, 'id' | 'lease'>; reason: SkipReason }[],
): Promise<void> {
  if (skipped.length === 0) return;
  const ordered = skipped.toSorted((one, other) => one.push.id - other.push.id);
  const reasons = ordered.map(({ reason }) => reason);
  await database.query(skip, [...columnsOf(ordered.map(({ push }) => push)), reasons]);
}

/** Releases claimed pushes that were not attempted; they are due again after `delaySeconds`. */
export async function release(
  database: Database,
  pushes: readonly Pick<Claimed, 'id' | 'lease'>[],
  delaySeconds: number,
): Promise<void> {
  if (pushes.length > 0) await database.query(postpone, [...columnsOf(pushes), delaySeconds]);
}

/** Returns the columns of pushes in the order of their ids, in which every statement locks them. */
export function columnsOf(pushes: readonly Pick<Claimed, 'id' | 'lease'>[]): [number[], string[]] {
  const ordered = pushes.toSorted((one, other) => one.id - other.id);
  return [ordered.map(({ id }) => id), ordered.map(({ lease }) => lease)];
}
