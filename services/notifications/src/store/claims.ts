import type { PushProvider } from '@vestnik/contracts';
import { type Database, type Queries, statement } from '@vestnik/database';
import type { Share } from '../domain/attempt-limits.ts';

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
  /** Its device faltered when it was taken. */
  faltering: boolean;
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

/** An attempt under way, which counts for its user and its device. */
export type Attempt = Pick<ClaimedPush, 'user_id' | 'device_id' | 'faltering'>;

/** What is to be claimed. */
export interface Claim {
  /** Of faltering devices, or of all others. */
  faltering: boolean;
  /** How much one user and one device may have under way. */
  share: Pick<Share, 'ofUser' | 'ofDevice'>;
  /** Pushes taken at most. */
  limit: number;
  /** All that is under way in this instance. */
  underWay: readonly Attempt[];
  leaseSeconds: number;
}

/** Queues that one claim looks at: more than the devices of as many users as fill all slots. */
const HEAD = 1_000;

/** What users and devices have under way: [user ids, device ids, whether they falter; whether that is asked for]. */
const UNDER_WAY = `
  under_way as materialized (
    select * from unnest($1::bigint[], $2::bigint[], $3::boolean[]) as given (user_id, device_id, faltering)
  ), of_user as materialized (
    select user_id, count(*) as busy from under_way where faltering = $4 group by user_id
  ), of_device as materialized (
    select device_id, count(*) as busy from under_way group by device_id
  )`;

// Every user's first place comes before anybody's second. The lock says the conditions again, because only a locked
// row's own are checked again behind it.
const takeQueues = statement<{ device_id: number }>(
  'queues-take',
  `with ${UNDER_WAY}, head as (
     select device_id, user_id, due_at from queues
     where faltering = $4 and due_at <= now()
       and user_id not in (select user_id from of_user where busy >= $5)
       and device_id not in (select device_id from of_device where busy >= $6)
     order by due_at, device_id limit ${HEAD}
   ), ranked as (
     select device_id, row_number() over (partition by user_id order by due_at, device_id) + coalesce(busy, 0) as place
     from head left join of_user using (user_id)
   )
   select q.device_id from ranked join queues q on q.device_id = ranked.device_id
   where ranked.place <= $5 and q.faltering = $4 and q.due_at <= now()
   order by ranked.place, q.due_at, q.device_id limit $7
   for update of q skip locked`,
);

const takePushes = statement<ClaimedPush>(
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
       coalesce(p.reason = 'connected', false) as was_held
   )
   select claimed.*, $4 as faltering, d.target, d.secret,
     exists (select from participants p
       where p.conversation_id = claimed.conversation_id and p.user_id = claimed.user_id) as participant,
     coalesce(claimed.conversation_id = any(f.muted_conversation_ids), false) as muted,
     f.quiet_start, f.quiet_end, f.quiet_time_zone
   from claimed
   left join devices d on d.id = claimed.device_id
   left join preferences f on f.user_id = claimed.user_id
   order by claimed.id`,
);

const toTheBack = statement<never>(
  'queues-to-the-back',
  'update queues set due_at = now() where device_id = any($1::bigint[]) and due_at <= now()',
);

/**
 * Takes due pushes for `leaseSeconds`: nobody else takes them until then, and if this process dies, somebody does.
 * Users take turns, and so do the devices of one; with what is under way none gets more than its share. So what is due
 * for others is found however much waits for one, and costs the same.
 */
export function claimPushes(database: Database, claim: Claim): Promise<ClaimedPush[]> {
  return database.transaction(async (queries) => take(queries, claim));
}

// The queues are locked by a statement of their own: the next sees all that was due by then.
async function take(queries: Queries, claim: Claim): Promise<ClaimedPush[]> {
  const { faltering, share, limit, underWay, leaseSeconds } = claim;
  const busy = [
    underWay.map((attempt) => attempt.user_id),
    underWay.map((attempt) => attempt.device_id),
    underWay.map((attempt) => attempt.faltering),
  ];
  const bounds = [...busy, faltering, share.ofUser, share.ofDevice, limit];
  const queues = await queries.query(takeQueues, bounds);
  if (queues.length === 0) return [];
  const deviceIds = queues.map((queue) => queue.device_id);
  const claimed = await queries.query(takePushes, [...bounds, leaseSeconds, deviceIds]);
  await queries.query(toTheBack, [deviceIds]);
  return claimed;
}
