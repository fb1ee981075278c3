import { statement, writeStatement } from '@vestnik/database';

/** A user's status as the table has it; `last_seen` as Postgres writes times. */
export interface UserRow {
  user_id: number;
  is_online: boolean;
  last_seen: string | null;
}

/** Makes rows for users never seen before, in the order of ids, so that two such statements never wait in a circle. */
export const addUsers = writeStatement<never, [userIds: readonly number[]]>(
  'add-users',
  `insert into users (user_id) select user_id from unnest($1::bigint[]) as named (user_id) order by user_id
   on conflict do nothing`,
);

/**
 * Locks users in the order of ids. A transaction that changes a user's connections holds this lock. So what a later
 * statement of the same transaction reads about these users is true until the commit.
 */
export const lockUsers = writeStatement<{ user_id: number }, [userIds: readonly number[]]>(
  'lock-users',
  'select user_id from users where user_id = any($1::bigint[]) order by user_id for update',
);

/** Makes users online who just got a connection, and ends their grace. `unannounced`: the change is to be published. */
export const makeOnline = writeStatement<{ unannounced: boolean }, [userIds: readonly number[]]>(
  'make-online',
  `update users set is_online = true, offline_due_at = null, last_seen = greatest(last_seen, now())
   where user_id = any($1::bigint[])
   returning not announced_online as unannounced`,
);

/** Begins the grace of the named users who have no connection left. */
export const startGrace = writeStatement<never, [userIds: readonly number[], seconds: number]>(
  'start-grace',
  `update users
   set last_seen = greatest(last_seen, now()), offline_due_at = now() + make_interval(secs => $2)
   where user_id = any($1::bigint[]) and is_online
     and not exists (select from connections where connections.user_id = users.user_id)`,
);

/** Takes users offline whose grace has passed, except users whom another transaction has locked. */
export const takeUsersOffline = writeStatement<{ user_id: number }, [limit: number]>(
  'take-users-offline',
  `with due as materialized (
     select user_id from users where offline_due_at <= now()
     order by offline_due_at limit $1 for update skip locked
   )
   update users set is_online = false, offline_due_at = null
   from due where users.user_id = due.user_id
   returning users.user_id`,
);

/** Reads users whose status is not the status that was last published. */
export const listUnannounced = statement<{ user_id: number }, [limit: number]>(
  'list-unannounced',
  'select user_id from users where is_online <> announced_online order by user_id limit $1',
);

/** Locks the named users whose status is still unannounced, and reads it. */
export const lockUnannounced = writeStatement<UserRow, [userIds: readonly number[]]>(
  'lock-unannounced',
  `select user_id, is_online, last_seen from users
   where user_id = any($1::bigint[]) and is_online <> announced_online
   order by user_id for update`,
);

/** Notes that the present status of users was published. */
export const markAnnounced = writeStatement<never, [userIds: readonly number[]]>(
  'mark-announced',
  'update users set announced_online = is_online where user_id = any($1::bigint[])',
);

/**
 * Makes the status of users unannounced who connected or disconnected at or after a time. Locks in the order of ids, as
 * `lockUsers` does.
 */
export const announceAgain = writeStatement<never, [since: string]>(
  'announce-again',
  `with seen as materialized (
     select user_id from users where last_seen >= $1 and is_online = announced_online order by user_id for update
   )
   update users set announced_online = not is_online from seen where users.user_id = seen.user_id`,
);

/** Reads the status of the named users. A user who was never seen has no row. */
export const getStatuses = statement<UserRow, [userIds: readonly number[]]>(
  'get-statuses',
  'select user_id, is_online, last_seen from users where user_id = any($1::bigint[])',
);

/** Reads the figures of the gauges; each is counted in an index of its own. */
export const countStatuses = statement<{ online: number; unannounced: number; gateways: number }, []>(
  'count-statuses',
  `select (select count(*) from users where is_online) as online,
          (select count(*) from users where is_online <> announced_online) as unannounced,
          (select count(*) from gateways) as gateways`,
);
