import { statement, writeStatement } from '@vestnik/database';

/**
 * Opens connections of a gateway, or notes which of them are idle now. Returns the users with a change; `opened` are those
 * who had no connection to this gateway.
 */
export const openConnections = writeStatement<
  { user_id: number; opened: boolean },
  [gatewayId: string, userIds: readonly number[], idleUserIds: readonly number[]]
>(
  'open-connections',
  `insert into connections (gateway_id, user_id, is_idle)
   select $1, u.user_id, u.user_id = any($3::bigint[]) from (select distinct unnest($2::bigint[]) as user_id) u
   on conflict (gateway_id, user_id) do update set is_idle = excluded.is_idle
   where connections.is_idle <> excluded.is_idle
   returning user_id, xmax = 0 as opened`,
);

/** Closes connections of a gateway. Returns the users who had one on it. */
export const closeConnections = writeStatement<{ user_id: number }, [gatewayId: string, userIds: readonly number[]]>(
  'close-connections',
  'delete from connections where gateway_id = $1 and user_id = any($2::bigint[]) returning user_id',
);

/** Reads the users of a gateway in the order of their ids. */
export const listUsersOfGateway = statement<{ user_id: number }, [gatewayId: string, limit: number]>(
  'list-users-of-gateway',
  'select user_id from connections where gateway_id = $1 order by user_id limit $2',
);

/** Reads the named users with an active socket on any gateway, and when presence last heard one of these gateways. */
export const findConnected = statement<{ user_id: number; heard_at: string }, [userIds: readonly number[]]>(
  'find-connected',
  `select user_id, max(last_beat_at) as heard_at
   from unnest($1::bigint[]) as asked (user_id) join connections using (user_id) join gateways using (gateway_id)
   where not is_idle
   group by user_id`,
);
