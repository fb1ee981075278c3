import { signToken } from '@vestnik/auth';
import { createHistogram } from '../measure/histogram.ts';
import { type Connection, createReadBuffer } from './connection.ts';
import { doorOf } from './door.ts';
import { enter } from './enter.ts';
import { countIn } from './ledger.ts';
import type { Address, ConnectLoad, ConnectReport, LoadEvent } from './plan.ts';

const TOKEN_SECONDS = 3_600;

/**
 * Opens a socket for every user, `concurrency` at a time; one counts when delivery is live. With cursors the load lasts until every
 * user has the answer to a sync.
 */
export async function runConnectLoad(load: ConnectLoad, tell: (event: LoadEvent) => void): Promise<ConnectReport> {
  const door = doorOf(load.door);
  const readBuffer = createReadBuffer();
  const latency = createHistogram();
  const failed: Record<string, number> = {};
  const open: Connection[] = [];
  const tokens: string[] = [];
  const answered: Promise<void>[] = [];
  for (const id of load.userIds) tokens.push(signToken(load.secret, { id, companyId: 1 }, TOKEN_SECONDS));

  const waiting = tokens.entries();
  const connectInTurn = async () => {
    for (const [index, token] of waiting) {
      const address = load.addresses[index % load.addresses.length] as Address;
      const began = performance.now();
      await new Promise<void>((resolve) => {
        let own: Connection | undefined;
        let takeAnswer = () => {};
        const cursor = load.cursors?.[index];
        enter(load, door, address, token, readBuffer, {
          ready(connection) {
            own = connection;
            open.push(connection);
            if (cursor !== undefined) {
              answered.push(new Promise((answer) => (takeAnswer = answer)));
              connection.send(JSON.stringify({ id: 1, event: 'sync', data: { cursor } }));
            }
            latency.record(performance.now() - began);
            resolve();
          },
          refused(why) {
            countIn(failed, why);
            resolve();
          },
          frame(buffer, start, end) {
            const kind = door.kind(buffer, start, end);
            if (kind === 'ping') own?.send('3');
            if (kind === 'refused') countIn(failed, 'sync refused');
            if (kind === 'refused' || kind === 'acknowledged') takeAnswer();
          },
          idle: () => undefined,
          closed(code) {
            countIn(failed, `closed with ${code}`);
            takeAnswer();
          },
        });
      });
    }
  };

  tell({ event: 'begin' });
  const began = performance.now();
  await Promise.all(Array.from({ length: load.concurrency }, connectInTurn));
  await Promise.all(answered);
  const seconds = (performance.now() - began) / 1_000;
  tell({ event: 'end' });
  const connects = open.length;
  const failures = { ...failed };
  if (!load.hold) for (const connection of open) connection.end();
  return { kind: 'connects', seconds, connects, latency: latency.summary(), failed: failures };
}
