import { setTimeout as delay } from 'node:timers/promises';
import { signToken } from '@vestnik/auth';
import { createHistogram } from '../measure/histogram.ts';
import { type Connection, createReadBuffer } from './connection.ts';
import { doorOf } from './door.ts';
import { enter } from './enter.ts';
import { countIn } from './ledger.ts';
import type { Address, LoadEvent, ReturnLoad, ReturnReport } from './plan.ts';

const TOKEN_SECONDS = 3_600;
/** Handshakes under way at the same time before anything is lost. */
const CONNECTING = 64;
/** Wait before an address that did not answer at all is followed by the next one, in milliseconds, give or take half. */
const UNANSWERED_MS = 200;

interface Client {
  token: string;
  connection: Connection | undefined;
  /** The address to try next. */
  turn: number;
}

/**
 * Holds a socket for every user at the first address. When the sockets are lost, all users come back at once, without jitter,
 * to all addresses in turn. A user who gets `Retry-After` tries again at that time. Reports when all are back.
 */
export async function runReturnLoad(load: ReturnLoad, tell: (event: LoadEvent) => void): Promise<ReturnReport> {
  const door = doorOf(load.door);
  const readBuffer = createReadBuffer();
  const away = createHistogram();
  const notLetIn: Record<string, number> = {};
  const retryAfter: Record<string, number> = {};
  let lostAt = Number.POSITIVE_INFINITY;
  let toldToRetry = 0;
  let isOver = false;
  const clients: Client[] = [];
  for (const id of load.userIds) {
    clients.push({
      token: signToken(load.secret, { id, companyId: 1 }, TOKEN_SECONDS),
      connection: undefined,
      turn: 0,
    });
  }

  /** One attempt; resolves with the milliseconds to wait before the next one, or undefined when the client is in. */
  function attempt(client: Client, onLost: () => void): Promise<number | undefined> {
    const address = load.addresses[client.turn % load.addresses.length] as Address;
    client.turn += 1;
    return new Promise((resolve) => {
      enter(load, door, address, client.token, readBuffer, {
        ready(connection) {
          client.connection = connection;
          resolve(undefined);
        },
        refused(why, retrySeconds) {
          countIn(notLetIn, why);
          if (retrySeconds === undefined) {
            resolve(UNANSWERED_MS * (0.5 + Math.random()));
            return;
          }
          toldToRetry += 1;
          countIn(retryAfter, `${retrySeconds} s`);
          resolve(retrySeconds * 1_000);
        },
        frame: (buffer, start, end) => door.kind(buffer, start, end) === 'ping' && client.connection?.send('3'),
        idle: () => undefined,
        closed: onLost,
      });
    });
  }

  async function comeIn(client: Client, onLost: () => void): Promise<void> {
    for (;;) {
      const wait = await attempt(client, onLost);
      if (wait === undefined) return;
      await delay(wait);
    }
  }

  /** Resolves when the client has lost its socket and is back. */
  const live = (client: Client, entered: () => void) =>
    new Promise<void>((resolve, reject) => {
      const onLost = () => {
        const since = performance.now();
        lostAt = Math.min(lostAt, since);
        const lostAgain = () => {
          if (!isOver) reject(new Error('a socket was lost after its return'));
        };
        comeIn(client, lostAgain).then(() => {
          away.record(performance.now() - since);
          resolve();
        }, reject);
      };
      client.turn = 0;
      comeIn(client, onLost).then(entered, reject);
    });

  const queue = clients.values();
  const returns: Promise<void>[] = [];
  const connectInTurn = async () => {
    for (const client of queue) await new Promise<void>((entered) => returns.push(live(client, entered)));
  };
  await Promise.all(Array.from({ length: CONNECTING }, connectInTurn));
  for (const counts of [notLetIn, retryAfter]) for (const name of Object.keys(counts)) delete counts[name];
  toldToRetry = 0;
  tell({ event: 'begin' });
  await Promise.all(returns);
  const seconds = (performance.now() - lostAt) / 1_000;
  isOver = true;
  tell({ event: 'end' });
  for (const { connection } of clients) connection?.end();
  return { kind: 'returns', seconds, back: returns.length, away: away.summary(), toldToRetry, retryAfter, notLetIn };
}
