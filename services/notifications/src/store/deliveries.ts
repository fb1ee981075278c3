import type { PushProvider } from '@vestnik/contracts';
import { type Database, statement } from '@vestnik/database';
import type { SkipReason } from '../domain/skip-reason.ts';

/** A push that this instance took to deliver, with its device and its owner's preferences as they are now. */
export interface ClaimedPush {
  id: number;
  message_id: number;
  conversation_id: number;
  seq: number;
  user_id: number;
  device_id: number;
  provider: PushProvider;
  /** Attempts that failed before. */
  attempts: number;
  /** Its user looked connected when the message was written. */
  was_held: boolean;
  /** Null when the device was removed. */
  target: Record<string, unknown> | null;
  secret: string | null;
  /** The user is in the conversation, as far as the own copy knows. */
  participant: boolean;
  muted: boolean;
  quiet_start: string | null;
  quiet_end: string | null;
  quiet_time_zone: string | null;
}

/** How many due pushes one claim looks at, to find some of different devices. */
const HEAD = 1_000;

// `chosen` says its condition again, because only a locked row's own condition is checked again after the lock.
const claim = statement<ClaimedPush>(
  'pushes-claim',
  `with head as (
     select id, device_id, next_attempt_at from pushes
     where state = 'pending' and next_attempt_at <= now() and device_id <> all($1::bigint[])
     order by next_attempt_at, id limit ${HEAD}
   ), ranked as (
     select id, row_number() over (partition by device_id order by next_attempt_at, id) as place from head
   ), chosen as (
     select p.id from ranked join pushes p on p.id = ranked.id
     where ranked.place <= $2 and p.state = 'pending' and p.next_attempt_at <= now()
     order by p.next_attempt_at, p.id limit $3
     for update of p skip locked
   ), claimed as (
     update pushes p set next_attempt_at = now() + make_interval(secs => $4)
     from chosen where p.id = chosen.id
     returning p.id, p.message_id, p.conversation_id, p.seq, p.user_id, p.device_id, p.provider, p.attempts,
       coalesce(p.reason = 'connected', false) as was_held
   )
   select claimed.*, d.target, d.secret,
     exists (select from participants p
       where p.conversation_id = claimed.conversation_id and p.user_id = claimed.user_id) as participant,
     coalesce(claimed.conversation_id = any(f.muted_conversation_ids), false) as muted,
     f.quiet_start, f.quiet_end, f.quiet_time_zone
   from claimed
   left join devices d on d.id = claimed.device_id
   left join preferences f on f.user_id = claimed.user_id
   order by claimed.id`,
);

/**
 * Takes due pushes for `leaseSeconds`: nobody else takes them until then, and if this process dies, somebody does.
 * At most `perDevice` of one device and none of `busyDeviceIds`, so that a device that does not answer cannot hold
 * the others up.
 */
export function claimPushes(
  database: Database,
  options: { limit: number; perDevice: number; busyDeviceIds: number[]; leaseSeconds: number },
): Promise<ClaimedPush[]> {
  return database.query(claim, [options.busyDeviceIds, options.perDevice, options.limit, options.leaseSeconds]);
}

// Every end of a push is guarded by its state: of two who took it one after the other, the first end counts.
const end = statement<never>(
  'pushes-end',
  `update pushes set state = $2, reason = $3, attempts = attempts + $4, next_attempt_at = null, done_at = now()
   where id = $1 and state = 'pending'`,
);
const skip = statement<never>(
  'pushes-skip',
  `update pushes p set state = 'skipped', reason = given.reason, next_attempt_at = null, done_at = now()
   from unnest($1::bigint[], $2::text[]) as given(id, reason) where p.id = given.id and p.state = 'pending'`,
);
const postpone = statement<never>(
  'pushes-postpone',
  `update pushes set attempts = attempts + $2, reason = coalesce($3, reason),
     next_attempt_at = now() + make_interval(secs => $4)
   where id = any($1::bigint[]) and state = 'pending'`,
);

/** The push arrived. */
export async function markSent(database: Database, id: number): Promise<void> {
  await database.query(end, [id, 'sent', null, 1]);
}

/** The push did not arrive and is given up. */
export async function markFailed(database: Database, id: number, reason: string): Promise<void> {
  await database.query(end, [id, 'failed', reason, 1]);
}

/** An attempt failed; the push is due again after `delaySeconds`. */
export async function markForRetry(
  database: Database,
  id: number,
  reason: string,
  delaySeconds: number,
): Promise<void> {
  await database.query(postpone, [[id], 1, reason, delaySeconds]);
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
  await database.query(postpone, [ids, 0, null, delaySeconds]);
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

/** Deletes a user's device and drops what waits for it. False when the user has no such device. */
export async function deleteDevice(
  database: Database,
  device: { id: number; userId: number },
  reason: Extract<SkipReason, 'device removed' | 'device gone'>,
): Promise<boolean> {
  const gone = await database.query(dropDevice, [device.id, device.userId, reason]);
  return gone.length > 0;
}
