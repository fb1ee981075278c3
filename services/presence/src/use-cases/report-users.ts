import { VestnikError } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import type { Context, Input, Output } from '../context.ts';
import { closeConnections, openConnections } from '../store/connections.ts';
import { countUsers, touchGateway } from '../store/gateways.ts';
import { addUsers, lockUsers, makeOnline, startGrace } from '../store/users.ts';

type Report = Input<'reportUsers'>;

/**
 * Takes over the users whose first socket opened, those whose sockets are idle, and those whose last socket closed, on a
 * gateway: all of them in one transaction. The same report again changes nothing.
 *
 * @throws VestnikError `invalid` for a user in both lists.
 */
export async function reportUsers(context: Context, report: Report): Promise<Output<'reportUsers'>> {
  const connected = new Set(report.connected);
  const both = report.disconnected.find((userId) => connected.has(userId));
  if (both !== undefined) throw new VestnikError('invalid', `disconnected: user ${both} is in connected too`);

  // Every transaction locks the gateway first and then users by id, so that no two transactions wait in a circle.
  const changed = await context.database.transaction(async (queries) => {
    await queries.query(touchGateway, [report.gateway_id]);
    await queries.query(addUsers, [report.connected]);
    await queries.query(lockUsers, [[...report.connected, ...report.disconnected]]);
    const opened = await open(queries, report);
    const closed = await close(queries, report, context.graceSeconds);
    if (opened.connections !== closed) {
      await queries.query(countUsers, [report.gateway_id, opened.connections - closed]);
    }
    return opened.changed;
  });
  if (changed) context.statusChanged();
  return {};
}

/** Returns the number of new connections, and whether the status of a user is to be announced. */
async function open(queries: Queries, report: Report): Promise<{ connections: number; changed: boolean }> {
  if (report.connected.length === 0) return { connections: 0, changed: false };
  const changed = await queries.query(openConnections, [report.gateway_id, report.connected, report.idle]);
  const opened = changed.filter((row) => row.opened);
  if (opened.length === 0) return { connections: 0, changed: false };
  // A user who had the connection already is online already.
  const online = await queries.query(makeOnline, [opened.map((row) => row.user_id)]);
  return { connections: opened.length, changed: online.some((row) => row.unannounced) };
}

/** Returns the number of closed connections. */
async function close(queries: Queries, report: Report, graceSeconds: number): Promise<number> {
  if (report.disconnected.length === 0) return 0;
  const closed = await queries.query(closeConnections, [report.gateway_id, report.disconnected]);
  if (closed.length > 0) {
    await queries.query(startGrace, [closed.map((row) => row.user_id), graceSeconds]);
  }
  return closed.length;
}
