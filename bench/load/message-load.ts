import { setTimeout as delay } from 'node:timers/promises';
import { signToken } from '@vestnik/auth';
import { createHistogram } from '../measure/histogram.ts';
import { type Connection, createReadBuffer } from './connection.ts';
import { type Door, doorOf } from './door.ts';
import { enter } from './enter.ts';
import { countUndelivered, countUnsettled, createRooms, noFaults, type Seat } from './ledger.ts';
import { dueTimes, keepPace, replayTimes } from './paces.ts';
import type { Address, LoadEvent, MessageLoad, MessageReport } from './plan.ts';
import { createReceiver } from './receiver.ts';
import { createWriter } from './writer.ts';

/** Sockets that connect at the same time. */
const CONNECTING = 32;
const MOST_TRIES = 3;
/** How long what is under way may take at the end without anything coming, in milliseconds. */
const PATIENCE_MS = 10_000;
const TOKEN_SECONDS = 3_600;

/** Runs a load of messages: all users connect, the senders send, every delivery is checked. */
export async function runMessageLoad(load: MessageLoad, tell: (event: LoadEvent) => void): Promise<MessageReport> {
  const door = doorOf(load.door);
  const rooms = createRooms(load.conversations);
  const seats = rooms.flatMap((room) => room.seats);
  const faults = noFaults();
  const write = createWriter(door, load.texts);
  const acknowledged = createHistogram();
  const delivered = createHistogram();
  const sentLate = createHistogram();
  /** The window, in `performance.now()`. */
  const window = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY, messages: 0, deliveries: 0 };
  /** Of an open loop: when its last phase but one ends, and when the last message due before that had arrived. */
  const drain = { before: 0, last: 0 };
  const dirty = new Set<Connection>();
  let sending = true;

  const isMeant = (at: number) => at >= window.from && at < window.to;

  function send(seat: Seat, meantAt: number, text?: string): void {
    if (!seat.outgoing || !seat.connection) return;
    seat.connection.queue(write(seat, seat.outgoing, meantAt, text));
    dirty.add(seat.connection);
  }

  function flush(): void {
    for (const connection of dirty) connection.flush();
    dirty.clear();
  }

  const { pace } = load;
  const target = pace.kind === 'closed' && pace.settle === 'delivered' ? 'delivered' : 'acknowledged';
  const receiver = createReceiver({
    door,
    faults,
    settle: target,
    onAcknowledged(meantAt, now) {
      if (now >= window.from && now < window.to) window.messages += 1;
      if (isMeant(meantAt)) acknowledged.record(now - meantAt);
    },
    onDelivered(meantAt, now) {
      if (now >= window.from && now < window.to) window.deliveries += 1;
      if (isMeant(meantAt)) delivered.record(now - meantAt);
      if (meantAt < drain.before && now > drain.last) drain.last = now;
    },
    onSettled(seat, now) {
      if (pace.kind === 'closed' && sending) send(seat, now);
    },
  });

  await connectAll(load, door, seats, {
    frame: (seat, buffer, start, end) => receiver.take(seat, buffer, start, end),
    idle() {
      receiver.nextRead();
      flush();
    },
    refused: (why) => receiver.noteClosed(why),
    closed: (code) => (sending || code !== 1006) && receiver.noteClosed(String(code)),
  });

  const senders = seats.filter((seat) => seat.outgoing);
  if (pace.kind === 'closed') {
    for (const seat of senders) for (let count = 0; count < pace.inFlight; count += 1) send(seat, performance.now());
    flush();
    await delay(load.warmUpSeconds * 1_000);
    await measure(load.measuredSeconds);
  } else {
    const warmUp = pace.kind === 'open' && pace.phases[0] ? [{ ...pace.phases[0], seconds: load.warmUpSeconds }] : [];
    const phases = pace.kind === 'open' ? [...warmUp, ...pace.phases] : [];
    const lastLine = pace.kind === 'replay' ? (pace.lines.at(-1)?.at ?? 0) : 0;
    const lengthMs = pace.kind === 'open' ? phases.reduce((sum, { seconds }) => sum + seconds * 1_000, 0) : lastLine;
    const skippedMs = pace.kind === 'open' ? load.warmUpSeconds * 1_000 : 0;
    const start = performance.now() + 50;
    if (pace.kind === 'open' && pace.phases.length > 1) {
      drain.before = start + lengthMs - (pace.phases.at(-1)?.seconds ?? 0) * 1_000;
    }
    const due = pace.kind === 'open' ? dueTimes(phases) : replayTimes(pace.lines);
    const fastest = pace.kind === 'open' ? Math.max(...phases.map(({ rate }) => rate)) : 1_000;
    const paced = keepPace(due, fastest, start, ({ at, index }) => {
      const line = pace.kind === 'replay' ? pace.lines[index] : undefined;
      const seat = line ? rooms[0]?.seats[line.sender] : senders[index % senders.length];
      if (!seat) return;
      const meantAt = start + at;
      if (isMeant(meantAt)) sentLate.record(performance.now() - meantAt);
      send(seat, meantAt, line?.text);
      flush();
    });
    await delay(start + skippedMs - performance.now());
    await measure((lengthMs - skippedMs) / 1_000);
    await paced;
  }
  sending = false;
  await settle();

  faults.lost += countUndelivered(rooms) + countUnsettled(rooms);
  for (const seat of seats) seat.connection?.end();
  return {
    kind: 'messages',
    seconds: (window.to - window.from) / 1_000,
    messages: window.messages,
    deliveries: window.deliveries,
    acknowledged: acknowledged.summary(),
    delivered: delivered.summary(),
    sentLate: sentLate.summary(),
    faults,
    drainedAfter: drain.before > 0 ? Math.max(0, drain.last - drain.before) : undefined,
  };

  async function measure(seconds: number): Promise<void> {
    window.from = performance.now();
    tell({ event: 'begin' });
    await delay(seconds * 1_000);
    window.to = performance.now();
    tell({ event: 'end' });
  }

  /** Waits until nothing is under way any more, or nothing comes. */
  async function settle(): Promise<void> {
    let left = Number.POSITIVE_INFINITY;
    let deadline = 0;
    for (;;) {
      const now = countUndelivered(rooms) + countUnsettled(rooms);
      if (now === 0) break;
      if (now !== left) deadline = performance.now() + PATIENCE_MS;
      else if (performance.now() > deadline) break;
      left = now;
      await delay(20);
    }
    // A message that comes twice would come by now.
    await delay(100);
  }
}

/** Connects all users, a few at a time. A user who is refused tries again, and the refusal counts as a fault. */
async function connectAll(
  load: MessageLoad,
  door: Door,
  seats: readonly Seat[],
  events: {
    frame(seat: Seat, buffer: Buffer, start: number, end: number): void;
    idle(): void;
    refused(why: string): void;
    closed(code: number): void;
  },
): Promise<void> {
  const readBuffer = createReadBuffer();
  const waiting = seats.entries();
  const connect = (seat: Seat, address: Address, token: string) =>
    new Promise<boolean>((resolve) => {
      enter(load, door, address, token, readBuffer, {
        ready(connection) {
          seat.connection = connection;
          resolve(true);
        },
        refused(why) {
          events.refused(why);
          resolve(false);
        },
        frame: (buffer, start, end) => events.frame(seat, buffer, start, end),
        idle: events.idle,
        closed: events.closed,
      });
    });
  const connectInTurn = async () => {
    for (const [index, seat] of waiting) {
      const token = signToken(load.secret, { id: seat.userId, companyId: 1 }, TOKEN_SECONDS);
      const address = load.addresses[index % load.addresses.length] as Address;
      for (let tries = 1; !(await connect(seat, address, token)); tries += 1) {
        if (tries === MOST_TRIES) throw new Error(`user ${seat.userId} cannot connect`);
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, connectInTurn));
}
