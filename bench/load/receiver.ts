import type { Door } from './door.ts';
import { numberAt } from './door.ts';
import { createFieldFinder } from './field-finder.ts';
import { countIn, noteDelivery, type Seat, slotOf } from './ledger.ts';
import type { Faults } from './plan.ts';
import { TAG_BYTES, tagNumber, tagSender, tagTime } from './tag.ts';
import { numberOfId } from './writer.ts';

/** Takes what sockets get, checks it and passes its times on. */
export interface Receiver {
  take(seat: Seat, buffer: Buffer, start: number, end: number): void;
  /** The clock is read once for all that one read brought. */
  nextRead(): void;
  /** The server closed a socket: its code, or why it was not let in. */
  noteClosed(how: string): void;
}

/** The parts of a receiver. Times are those of `performance.now()`. */
export interface ReceiverParts {
  door: Door;
  faults: Faults;
  settle: 'acknowledged' | 'delivered';
  onAcknowledged(meantAt: number, now: number): void;
  onDelivered(meantAt: number, now: number): void;
  /** The sender may send the next. */
  onSettled(seat: Seat, now: number): void;
}

/** One frame of so many is parsed whole and compared with what was read from its bytes. */
const SAMPLE = 997;

/** Creates a receiver. */
export function createReceiver(parts: ReceiverParts): Receiver {
  const { door, faults } = parts;
  const content = createFieldFinder('"content":"#');
  const seqField = createFieldFinder('"seq":');
  let now: number | undefined;
  let taken = 0;
  /** Learned from the first message: whether this server counts. */
  let hasSeq: boolean | undefined;

  function takeMessage(seat: Seat, buffer: Buffer, start: number, end: number): void {
    const behind = content.find(buffer, start, end);
    if (behind < 0 || behind + TAG_BYTES > end) {
      faults.malformed += 1;
      return;
    }
    const tag = behind - 1;
    const seqAt = hasSeq === false ? -1 : seqField.find(buffer, start, end);
    hasSeq ??= seqAt >= 0;
    const seq = seqAt >= 0 ? numberAt(buffer, seqAt) : undefined;
    const sender = tagSender(buffer, tag);
    const number = tagNumber(buffer, tag);
    const meantAt = tagTime(buffer, tag);
    taken += 1;
    if (taken % SAMPLE === 0 && !isWhole(seat, buffer.toString('utf8', start, end), seq)) faults.malformed += 1;
    if (!noteDelivery(faults, seat, seq, sender, number)) return;
    now ??= performance.now();
    parts.onDelivered(meantAt, now);
    if (parts.settle === 'delivered') noteSettlement(seat.room.seats[sender], number);
  }

  function isWhole(seat: Seat, text: string, seq: number | undefined): boolean {
    const { data } = door.bodyOf(text) as { data?: { conversation_id?: number; message?: Record<string, unknown> } };
    const message = data?.message;
    return (
      data?.conversation_id === seat.room.id &&
      message?.['conversation_id'] === seat.room.id &&
      typeof message['id'] === 'number' &&
      message['seq'] === seq &&
      message['sender_id'] === seat.room.seats[senderOf(message['content'])]?.userId
    );
  }

  function takeReply(seat: Seat, buffer: Buffer, start: number, end: number, ok: boolean): void {
    const number = numberOfId(door.idOf(buffer, start));
    const { outgoing, room } = seat;
    if (!outgoing || number < 1 || number > outgoing.sent) {
      faults.malformed += 1;
      return;
    }
    now ??= performance.now();
    if (ok) {
      room.acknowledged += 1;
      parts.onAcknowledged(outgoing.sentAt[slotOf(number)] ?? now, now);
    } else {
      countIn(faults.refused, door.bodyOf(buffer.toString('utf8', start, end)).error?.code ?? 'without a code');
    }
    outgoing.settled += 1;
    if (!ok || parts.settle === 'acknowledged') parts.onSettled(seat, now);
    else noteSettlement(seat, number);
  }

  /** A socket has a message, or its sender the acknowledgement. */
  function noteSettlement(seat: Seat | undefined, number: number): void {
    if (!seat?.outgoing) return;
    const slot = slotOf(number);
    const count = (seat.outgoing.settlements[slot] ?? 0) + 1;
    seat.outgoing.settlements[slot] = count;
    now ??= performance.now();
    if (count === seat.room.seats.length + 1) parts.onSettled(seat, now);
  }

  return {
    take(seat, buffer, start, end) {
      const kind = door.kind(buffer, start, end);
      if (kind === 'message') takeMessage(seat, buffer, start, end);
      else if (kind === 'acknowledged') takeReply(seat, buffer, start, end, true);
      else if (kind === 'refused') takeReply(seat, buffer, start, end, false);
      else if (kind === 'ping') seat.connection?.send('3');
    },
    nextRead() {
      now = undefined;
    },
    noteClosed: (how) => countIn(faults.closed, how),
  };
}

function senderOf(content: unknown): number {
  return typeof content === 'string' ? Number(content.slice(1, 5)) : -1;
}
