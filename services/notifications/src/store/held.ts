import type { PushProvider } from '@vestnik/contracts';
import { type Database, statement, writeStatement } from '@vestnik/database';
import type { ClaimedPush } from './claims.ts';
import { columnsOf } from './outcomes.ts';

/** A push whose user looked connected at `held_at`. */
export interface HeldPush {
  id: number;
  user_id: number;
  /** As Postgres writes times. */
  held_at: string;
  /** Seconds until the push is due although its user is connected; null when it is skipped then. */
  push_in_seconds: number | null;
}

const hold = writeStatement<never>(
  'pushes-hold',
  `update pushes p set state = 'held', reason = 'connected', next_attempt_at = null, held_at = now()
   from unnest($1::bigint[], $2::timestamptz[]) as given (id, lease)
   where p.id = given.id and p.state = 'pending' and p.next_attempt_at = given.lease`,
);
const oldest = statement<HeldPush>(
  'pushes-held',
  `select p.id, p.user_id, p.held_at,
     extract(epoch from coalesce(p.message_created_at, p.created_at) + make_interval(secs => f.push_after_seconds) - now())::float8 as push_in_seconds
   from pushes p left join preferences f on f.user_id = p.user_id
   where p.state = 'held' and p.held_at < now() - make_interval(secs => $1)
     and (p.held_at, p.id) > ($3::timestamptz, $4::bigint)
   order by p.held_at, p.id limit $2`,
);
const settle = writeStatement<{ provider: PushProvider; state: 'pending' | 'skipped' }>(
  'pushes-settle',
  `update pushes p set held_at = null,
     state = case when given.connected then 'skipped' else 'pending' end,
     reason = 'connected',
     done_at = case when given.connected then now() end,
     next_attempt_at = case when given.connected then null else now() end
   from unnest($1::bigint[], $2::boolean[]) as given(id, connected) where p.id = given.id and p.state = 'held'
   returning p.provider, p.state`,
);

const resume = writeStatement<never>(
  'pushes-resume',
  `update pushes p set state = 'pending', held_at = null, done_at = null, next_attempt_at = now()
   from unnest($1::bigint[], $2::bigint[]) as given(message_id, user_id)
   where p.message_id = given.message_id and p.user_id = given.user_id
     and p.reason = 'connected' and p.state in ('held', 'skipped')`,
);

/** Holds claimed pushes, since their users look connected. */
export async function holdPushes(
  database: Database,
  pushes: readonly Pick<ClaimedPush, 'id' | 'lease'>[],
): Promise<void> {
  if (pushes.length > 0) await database.query(hold, columnsOf(pushes));
}

/** Returns at most `limit` pushes that have been held for `seconds`, the oldest first, and only those behind `after`. */
export function heldPushes(
  database: Database,
  seconds: number,
  limit: number,
  after: Pick<HeldPush, 'id' | 'held_at'> | undefined,
): Promise<HeldPush[]> {
  return database.query(oldest, [seconds, limit, after?.held_at ?? '-infinity', after?.id ?? 0]);
}

/** Settles held pushes: skips those of connected users and makes the others due. Returns the new state of each. */
export function settlePushes(database: Database, settled: readonly { id: number; connected: boolean }[]) {
  const ordered = settled.toSorted((one, other) => one.id - other.id);
  return database.query(settle, [ordered.map(({ id }) => id), ordered.map(({ connected }) => connected)]);
}

/** A message that did not reach any device of a user. */
export interface Undelivered {
  message_id: number;
  user_id: number;
}

/** Makes pushes due that were held or skipped because their users looked connected. */
export async function resumeHeldPushes(database: Database, undelivered: readonly Undelivered[]): Promise<void> {
  const messageIds = undelivered.map(({ message_id }) => message_id);
  const userIds = undelivered.map(({ user_id }) => user_id);
  await database.query(resume, [messageIds, userIds]);
}
