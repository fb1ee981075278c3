import type { DeviceState, PushProvider } from '@vestnik/contracts';
import { type Database, type Queries, writeStatement } from '@vestnik/database';
import type { AttemptLimits } from '../domain/attempt-limits.ts';
import { joinPreferences, type PushPreferences, preferenceColumns } from './preferences.ts';

/** A push that this instance claimed, with its device and its owner's preferences as they are now. */
export interface ClaimedPush extends PushPreferences {
  id: number;
  message_id: number;
  conversation_id: number;
  seq: number;
  user_id: number;
  device_id: number;
  provider: PushProvider;
  /** The end of the claim's lease, as Postgres writes times. An outcome after a newer claim changes nothing. */
  lease: string;
  /** Attempts that failed before. Attempts that the target put off do not count. */
  attempts: number;
  /** Seconds since the push was recorded. */
  age_seconds: number;
  /** Seconds since the message was stored. */
  message_age_seconds: number;
  /** The message mentions the user, or all. */
  is_mention: boolean;
  /** The push was held before, since its user looked connected. */
  was_held: boolean;
  /** The device was isolated at the claim. */
  isolated: boolean;
  /** Null when the device was removed. */
  target: Record<string, unknown> | null;
  secret: string | null;
  /** The version of the device that an outcome of this claim judges; null when the device was removed. */
  device_version: number | null;
  device_state: DeviceState | null;
  /** The token that registered the device was revoked; null when the device was removed. */
  is_signed_out: boolean | null;
  /** The push tells of an invitation into a group. It has no message. */
  is_invitation: boolean;
  /** The user is in the conversation, as far as the own copy knows. Of an invitation: the user is still invited. */
  participant: boolean;
  /** The user has not accepted the conversation, and gets no text of it. */
  invited: boolean;
}

/** An attempt under way, which counts for its user and its device. */
export type Attempt = Pick<ClaimedPush, 'user_id' | 'device_id' | 'isolated'>;

/** Describes which pushes to claim. */
export interface Claim {
  /** Claims pushes of isolated devices, or of all others. */
  isolated: boolean;
  /** How many attempts one user and one device may have under way. */
  limits: Pick<AttemptLimits, 'perUser' | 'perDevice'>;
  /** Pushes to claim, at most. */
  limit: number;
  /** All attempts under way in this instance. */
  underWay: readonly Attempt[];
  leaseSeconds: number;
}

/** Queues that one claim looks at: more than the devices of as many users as can fill all slots. */
const HEAD = 1_000;

// $1, $2, $3: user, device and isolation of every attempt under way. $4: whether the claim is for isolated devices.
const UNDER_WAY = `
  under_way as materialized (
    select * from unnest($1::bigint[], $2::bigint[], $3::boolean[]) as given (user_id, device_id, isolated)
  ), of_user as materialized (
    select user_id, count(*) as busy from under_way where isolated = $4 group by user_id
  ), of_device as materialized (
    select device_id, count(*) as busy from under_way group by device_id
  )`;

// $5, $6: attempts per user and per device. $7: pushes to claim. Round-robin: the first queue of every user comes before
// the second queue of any user. The outer query repeats the conditions, since Postgres checks only the conditions on a
// locked row again once it has the lock.
const takeQueues = writeStatement<{ device_id: number }>(
  'queues-take',
  `with ${UNDER_WAY}, head as (
     select device_id, user_id, due_at from queues
     where isolated = $4 and due_at <= now()
       and user_id not in (select user_id from of_user where busy >= $5)
       and device_id not in (select device_id from of_device where busy >= $6)
     order by due_at, device_id limit ${HEAD}
   ), ranked as (
     select device_id, row_number() over (partition by user_id order by due_at, device_id) + coalesce(busy, 0) as place
     from head left join of_user using (user_id)
   )
   select q.device_id from ranked join queues q on q.device_id = ranked.device_id
   where ranked.place <= $5 and q.isolated = $4 and q.due_at <= now()
   order by ranked.place, q.due_at, q.device_id limit $7
   for update of q skip locked`,
);

// $8: seconds of the lease. $9: the devices whose queues the claim has locked.
const takeFromQueues = writeStatement<ClaimedPush>(
  'pushes-take',
  `with ${UNDER_WAY}, due as (
     select p.id, p.next_attempt_at, p.place + coalesce(of_device.busy, 0) as place, q.user_id
     from queues q
     cross join lateral (
       select id, next_attempt_at, row_number() over (order by next_attempt_at, id) as place from pushes
       where device_id = q.device_id and state = 'pending' and next_attempt_at <= now()
       order by next_attempt_at, id limit $6
     ) p
     left join of_device on of_device.device_id = q.device_id
     where q.device_id = any($9::bigint[])
   ), ranked as (
     select id, row_number() over (partition by user_id order by place, next_attempt_at, id) + coalesce(busy, 0) as place
     from due left join of_user using (user_id) where place <= $6
   ), chosen as (
     select p.id from ranked join pushes p on p.id = ranked.id
     where ranked.place <= $5 and p.state = 'pending' and p.next_attempt_at <= now()
     order by ranked.place, p.next_attempt_at, p.id limit $7
     for update of p skip locked
   ), claimed as (
     update pushes p set next_attempt_at = now() + make_interval(secs => $8)
     from chosen where p.id = chosen.id
     returning p.id, p.message_id, p.conversation_id, p.seq, p.user_id, p.device_id, p.provider, p.attempts,
       p.next_attempt_at as lease, extract(epoch from now() - p.created_at)::float8 as age_seconds,
       extract(epoch from now() - coalesce(p.message_created_at, p.created_at))::float8 as message_age_seconds, p.is_mention,
       p.is_invitation, coalesce(p.reason = 'connected', false) as was_held
   )
   select claimed.*, $4 as isolated, d.target, d.secret, d.version as device_version, d.state as device_state, d.is_signed_out,
     case when claimed.is_invitation then
       exists (select from invitations i
         where i.conversation_id = claimed.conversation_id and i.user_id = claimed.user_id)
     else
       exists (select from participants p
         where p.conversation_id = claimed.conversation_id and p.user_id = claimed.user_id)
     end as participant,
     coalesce((select p.is_invited from participants p
       where p.conversation_id = claimed.conversation_id and p.user_id = claimed.user_id), false) as invited,
     ${preferenceColumns('claimed.conversation_id')}
   from claimed
   left join devices d on d.id = claimed.device_id
   ${joinPreferences('claimed')}
   order by claimed.id`,
);

const toTheBack = writeStatement<never>(
  'queues-to-the-back',
  'update queues set due_at = now() where device_id = any($1::bigint[]) and due_at <= now()',
);

/**
 * Claims due pushes for `leaseSeconds`. No other instance claims them before the lease ends; if this process dies, another
 * instance claims them after that. The claim goes round-robin over users and over the devices of each user, and keeps the
 * limits together with the attempts under way. Its cost and its choice do not depend on how many pushes wait for one
 * device or one user.
 */
export function takePushes(database: Database, claim: Claim): Promise<ClaimedPush[]> {
  return database.transaction(async (queries) => take(queries, claim));
}

// A statement of its own locks the queues: the next statement then sees every push that was due by then.
async function take(queries: Queries, claim: Claim): Promise<ClaimedPush[]> {
  const { isolated, limits, limit, underWay, leaseSeconds } = claim;
  const busy = [
    underWay.map((attempt) => attempt.user_id),
    underWay.map((attempt) => attempt.device_id),
    underWay.map((attempt) => attempt.isolated),
  ];
  const bounds = [...busy, isolated, limits.perUser, limits.perDevice, limit];
  const queues = await queries.query(takeQueues, bounds);
  if (queues.length === 0) return [];
  const deviceIds = queues.map((queue) => queue.device_id);
  const claimed = await queries.query(takeFromQueues, [...bounds, leaseSeconds, deviceIds]);
  await queries.query(toTheBack, [deviceIds]);
  return claimed;
}
