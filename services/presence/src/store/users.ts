import { statement } from '@vestnik/database';

/** A user as the table has it; `last_seen` as Postgres writes times. */
export interface UserRow {
  user_id: number;
  is_online: boolean;
  last_seen: string | null;
}

/** Makes rows for users never seen before. In the order of ids, so that two such statements never wait in a circle. */
export const addUsers = statement<never>(
  'add-users',
  `insert into users (user_id) select user_id from unnest($1::bigint[]) as named (user_id) order by user_id
   on conflict do nothing`,
);

/**
 * Locks users, in the order of ids. Whoever changes a user's connections holds this lock, so what a later statement of
 * the same transaction reads about them is true until the commit.
 */
export const lockUsers = statement<{ user_id: number }>(
  'lock-users',
  'select user_id from users where user_id = any($1::bigint[]) order by user_id for update',
);

/** Makes users online who just got a connection, and ends their grace. `unannounced`: the change is to be published. */
export const makeOnline = statement<{ unannounced: boolean }>(
  'make-online',
  `update users set is_online = true, offline_due_at = null, last_seen = greatest(last_seen, now())
   where user_id = any($1::bigint[])
   returning not announced_online as unannounced`,
);

/** Begins the grace, of `$2` seconds, of those users who have no connection left. */
export const startGrace = statement<never>(
  'start-grace',
  `update users
   set last_seen = greatest(last_seen, now()), offline_due_at = now() + make_interval(secs => $2)
   where user_id = any($1::bigint[]) and is_online
     and not exists (select from connections where connections.user_id = users.user_id)`,
);

/** Takes users offline whose grace has passed, at most `$1` of them, leaving out whom somebody else is at. */
export const endGraces = statement<{ user_id: number }>(
  'end-graces',
  `with due as materialized (
     select user_id from users where offline_due_at <= now()
     order by offline_due_at limit $1 for update skip locked
   )
   update users set is_online = false, offline_due_at = null
   from due where users.user_id = due.user_id
   returning users.user_id`,
);

/** Users whose last published status is not the one they have, at most `$1` of them. */
export const unannouncedUsers = statement<{ user_id: number }>(
  'unannounced-users',
  'select user_id from users where is_online <> announced_online order by user_id limit $1',
);

/** Locks those of the named users who are still unannounced and reads them as they are. */
export const lockUnannounced = statement<UserRow>(
  'lock-unannounced',
  `select user_id, is_online, last_seen from users
   where user_id = any($1::bigint[]) and is_online <> announced_online
   order by user_id for update`,
);

/** Notes that the present status of users was published. */
export const markAnnounced = statement<never>(
  'mark-announced',
  'update users set announced_online = is_online where user_id = any($1::bigint[])',
);

/** Has the present status published again of users who came or went at or after `$1`; in the order of ids, as `lockUsers`. */
export const unannounce = statement<never>(
  'unannounce',
  `with seen as materialized (
     select user_id from users where last_seen >= $1 and is_online = announced_online order by user_id for update
   )
   update users set announced_online = not is_online from seen where users.user_id = seen.user_id`,
);

/** The named users as they are; who was never seen has no row. */
export const usersById = statement<UserRow>(
  'users-by-id',
  'select user_id, is_online, last_seen from users where user_id = any($1::bigint[])',
);

/** The figures of the gauges; each is counted in an index of its own. */
export const userCounts = statement<{ online: number; unannounced: number; gateways: number }>(
  'user-counts',
  `select (select count(*) from users where is_online) as online,
          (select count(*) from users where is_online <> announced_online) as unannounced,
          (select count(*) from gateways) as gateways`,
);
