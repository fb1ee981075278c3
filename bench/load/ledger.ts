import type { Connection } from './connection.ts';
import type { Faults, LoadConversation } from './plan.ts';

/** Messages of one sender that may be under way; a power of two. */
const RING = 1 << 16;

/** A conversation of a load. */
export interface LoadRoom {
  id: number;
  seats: Seat[];
  /** Messages that the server has acknowledged. */
  acknowledged: number;
}

/** One participant of a conversation, with one socket. */
export interface Seat {
  room: LoadRoom;
  userId: number;
  /** Place in the conversation; senders come first. */
  index: number;
  connection: Connection | undefined;
  /** The newest `seq` that came. */
  lastSeq: number;
  /** Messages that came, each counted once. */
  received: number;
  /** The newest number that came from each sender. */
  lastOf: Int32Array;
  /** Numbers that were passed over, as `sender * 10^7 + number`. */
  missing: Set<number> | undefined;
  /** For a sender. */
  outgoing: Outgoing | undefined;
}

/** The messages that a sender has under way. */
export interface Outgoing {
  /** Number of the newest message sent. */
  sent: number;
  /** Messages that are settled, refused ones too. */
  settled: number;
  /** When each was meant to be sent, by number modulo the ring. */
  sentAt: Float64Array;
  /** How many sockets have each, plus one once it is acknowledged. */
  settlements: Uint16Array;
}

/** Place of a message in the rings of its sender. */
export function slotOf(number: number): number {
  return number & (RING - 1);
}

/** The rooms of a load, with each user in their place. */
export function createRooms(conversations: readonly LoadConversation[]): LoadRoom[] {
  return conversations.map(({ id, userIds, senders }) => {
    const room: LoadRoom = { id, seats: [], acknowledged: 0 };
    room.seats = userIds.map((userId, index) => ({
      room,
      userId,
      index,
      connection: undefined,
      lastSeq: 0,
      received: 0,
      lastOf: new Int32Array(senders),
      missing: undefined,
      outgoing:
        index < senders
          ? { sent: 0, settled: 0, sentAt: new Float64Array(RING), settlements: new Uint16Array(RING) }
          : undefined,
    }));
    return room;
  });
}

/** No faults yet. */
export function noFaults(): Faults {
  return { lost: 0, twice: 0, outOfOrder: 0, refused: {}, closed: {}, malformed: 0 };
}

/** Counts one under its name. */
export function countIn(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/**
 * Notes a message that came to a place.
 *
 * @param seq undefined where the server has no such thing
 * @returns false when it had come before
 */
export function noteDelivery(
  faults: Faults,
  seat: Seat,
  seq: number | undefined,
  sender: number,
  number: number,
): boolean {
  const last = seat.lastOf[sender] ?? 0;
  if (number > last) {
    for (let skipped = last + 1; skipped < number; skipped += 1) {
      seat.missing ??= new Set();
      seat.missing.add(sender * 1e7 + skipped);
    }
    seat.lastOf[sender] = number;
  } else if (seat.missing?.delete(sender * 1e7 + number)) {
    faults.outOfOrder += 1;
  } else {
    faults.twice += 1;
    return false;
  }
  seat.received += 1;
  if (seq !== undefined) {
    if (seq !== seat.lastSeq + 1) faults.outOfOrder += 1;
    seat.lastSeq = Math.max(seat.lastSeq, seq);
  }
  return true;
}

/** Acknowledged messages that some socket has not got yet, counted for each socket. */
export function countUndelivered(rooms: readonly LoadRoom[]): number {
  let count = 0;
  for (const { seats, acknowledged } of rooms) {
    for (const seat of seats) count += Math.max(0, acknowledged - seat.received);
  }
  return count;
}

/** Messages sent that have neither an acknowledgement nor a refusal. */
export function countUnsettled(rooms: readonly LoadRoom[]): number {
  let count = 0;
  for (const { seats } of rooms) {
    for (const { outgoing } of seats) count += outgoing ? outgoing.sent - outgoing.settled : 0;
  }
  return count;
}
