import { writeStatement } from '@vestnik/database';

/** Notes that a gateway is alive, and locks its row until the transaction ends. */
export const touchGateway = writeStatement<never, [gatewayId: string]>(
  'touch-gateway',
  `insert into gateways (gateway_id) values ($1)
   on conflict (gateway_id) do update set last_beat_at = now()`,
);

/** Notes that a known gateway is alive. Returns its number of users; no row for an unknown gateway. */
export const beatGateway = writeStatement<{ users: number }, [gatewayId: string]>(
  'beat-gateway',
  'update gateways set last_beat_at = now() where gateway_id = $1 returning users',
);

/** Adds to the number of a gateway's users; `change` is negative for closed connections. */
export const countUsers = writeStatement<never, [gatewayId: string, change: number]>(
  'count-users',
  'update gateways set users = users + $2 where gateway_id = $1',
);

/** Locks one gateway. No row: the gateway is unknown. */
export const lockGateway = writeStatement<{ gateway_id: string }, [gatewayId: string]>(
  'lock-gateway',
  'select gateway_id from gateways where gateway_id = $1 for update',
);

/** Locks the gateway that has been silent longest, and at least for `seconds`, unless another transaction has locked it. */
export const lockSilentGateway = writeStatement<{ gateway_id: string }, [seconds: number]>(
  'lock-silent-gateway',
  `select gateway_id from gateways where last_beat_at < now() - make_interval(secs => $1)
   order by last_beat_at limit 1 for update skip locked`,
);

/** Removes a gateway without users. */
export const removeGateway = writeStatement<never, [gatewayId: string]>(
  'remove-gateway',
  'delete from gateways where gateway_id = $1',
);
