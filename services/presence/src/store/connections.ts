import { statement } from '@vestnik/database';

/** Opens connections of a gateway; returns the users who had none on it. */
export const openConnections = statement<{ user_id: number }>(
  'open-connections',
  `insert into connections (gateway_id, user_id) select $1, unnest($2::bigint[])
   on conflict do nothing returning user_id`,
);

/** Closes connections of a gateway; returns the users who had one on it. */
export const closeConnections = statement<{ user_id: number }>(
  'close-connections',
  'delete from connections where gateway_id = $1 and user_id = any($2::bigint[]) returning user_id',
);

/** The users of a gateway, at most `$2` of them. */
export const connectionsOfGateway = statement<{ user_id: number }>(
  'connections-of-gateway',
  'select user_id from connections where gateway_id = $1 order by user_id limit $2',
);

/** Those of the named users who are connected to any gateway, and when one of these gateways was last heard. */
export const connectedUsers = statement<{ user_id: number; heard_at: string }>(
  'connected-users',
  `select user_id, max(last_beat_at) as heard_at
   from unnest($1::bigint[]) as asked (user_id) join connections using (user_id) join gateways using (gateway_id)
   group by user_id`,
);
