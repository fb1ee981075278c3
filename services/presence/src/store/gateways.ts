import { type Queries, statement } from '@vestnik/database';
import { closeConnections, connectionsOfGateway } from './connections.ts';
import { lockUsers, startGrace } from './users.ts';

/** Notes that a gateway is alive, and locks its row until the transaction ends. */
export const touchGateway = statement<never>(
  'touch-gateway',
  `insert into gateways (gateway_id) values ($1)
   on conflict (gateway_id) do update set last_beat_at = now()`,
);

/** Notes that a gateway is alive if it is known; a row tells how many users it is counted with. */
export const beatGateway = statement<{ users: number }>(
  'beat-gateway',
  'update gateways set last_beat_at = now() where gateway_id = $1 returning users',
);

/** Counts connections that were opened (positive) or closed (negative). */
export const countUsers = statement<never>(
  'count-users',
  'update gateways set users = users + $2 where gateway_id = $1',
);

/** Locks one gateway; no row: it is not known. */
export const lockGateway = statement<{ gateway_id: string }>(
  'lock-gateway',
  'select gateway_id from gateways where gateway_id = $1 for update',
);

/** Locks one gateway that has not been heard of for `$1` seconds and that nobody else is at. */
export const lockSilentGateway = statement<{ gateway_id: string }>(
  'lock-silent-gateway',
  `select gateway_id from gateways where last_beat_at < now() - make_interval(secs => $1)
   order by last_beat_at limit 1 for update skip locked`,
);

const removeGateway = statement<never>('remove-gateway', 'delete from gateways where gateway_id = $1');

/** Users that are taken off a gateway in one transaction at most, which keeps it well below a second. */
const USERS_AT_ONCE = 10_000;

/**
 * Takes users off a gateway whose row this transaction has locked, and removes the gateway with the last of them. Returns
 * whether it is removed.
 */
export async function emptyGateway(queries: Queries, gatewayId: string, graceSeconds: number): Promise<boolean> {
  const rows = await queries.query(connectionsOfGateway, [gatewayId, USERS_AT_ONCE]);
  const userIds = rows.map((row) => row.user_id);
  if (userIds.length > 0) {
    await queries.query(lockUsers, [userIds]);
    await queries.query(closeConnections, [gatewayId, userIds]);
    await queries.query(startGrace, [userIds, graceSeconds]);
  }
  if (userIds.length === USERS_AT_ONCE) {
    await queries.query(countUsers, [gatewayId, -userIds.length]);
    return false;
  }
  await queries.query(removeGateway, [gatewayId]);
  return true;
}
