import type { Queries } from '@vestnik/database';
import { closeConnections, listUsersOfGateway } from './store/connections.ts';
import { countUsers, removeGateway } from './store/gateways.ts';
import { lockUsers, startGrace } from './store/users.ts';

/** Users that one transaction takes off a gateway at most, which keeps the transaction well below a second. */
const USERS_AT_ONCE = 10_000;

/**
 * Takes users off a gateway whose row this transaction has locked, and removes the gateway together with its last user.
 *
 * @returns true when the gateway is removed, false when it has users left
 */
export async function emptyGateway(queries: Queries, gatewayId: string, graceSeconds: number): Promise<boolean> {
  const rows = await queries.query(listUsersOfGateway, [gatewayId, USERS_AT_ONCE]);
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
