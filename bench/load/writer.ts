import { encodeFrame } from './connection.ts';
import type { Door } from './door.ts';
import { type Outgoing, type Seat, slotOf } from './ledger.ts';
import { TAG_BYTES, writeDigits, writeTag } from './tag.ts';

/** Makes the frame of a sender's next message and notes it as under way. */
export type Writer = (seat: Seat, outgoing: Outgoing, meantAt: number, text?: string) => Buffer;

/** Bytes of every text where none are given, the tag included. */
const TEXT_BYTES = 100;

/** Frame ids are the message's number above this, so that all have the same length. */
const ID_BASE = 10_000_000;
const ID_DIGITS = 8;

/** Creates a writer; `texts` are taken in turn, as they are, behind the tag. */
export function createWriter(door: Door, texts: readonly string[] | undefined): Writer {
  const filler = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(3)).subarray(
    0,
    TEXT_BYTES - TAG_BYTES,
  );
  const prepared = texts?.length ? texts.map(escaped) : [filler];
  const parts = new WeakMap<Seat, { before: Buffer; between: Buffer; after: Buffer }>();
  let turn = 0;

  function partsOf(seat: Seat): { before: Buffer; between: Buffer; after: Buffer } {
    const known = parts.get(seat);
    if (known) return known;
    const { before, between, after } = door.around(seat.room.id);
    const made = { before: Buffer.from(before), between: Buffer.from(between), after: Buffer.from(after) };
    parts.set(seat, made);
    return made;
  }

  return (seat, outgoing, meantAt, text) => {
    const { before, between, after } = partsOf(seat);
    turn += 1;
    const content = text === undefined ? (prepared[turn % prepared.length] as Buffer) : escaped(text);
    const number = outgoing.sent + 1;
    const size = before.length + ID_DIGITS + between.length + TAG_BYTES + content.length + after.length;
    const { frame, offset } = encodeFrame(size);
    let at = offset + before.copy(frame, offset);
    writeDigits(frame, at, ID_DIGITS, ID_BASE + number);
    at += ID_DIGITS;
    at += between.copy(frame, at);
    writeTag(frame, at, seat.index, number, meantAt);
    at += TAG_BYTES;
    at += content.copy(frame, at);
    after.copy(frame, at);
    outgoing.sent = number;
    outgoing.sentAt[slotOf(number)] = meantAt;
    outgoing.settlements[slotOf(number)] = 0;
    return frame;
  };
}

/** The number of the message that a frame id stands for. */
export function numberOfId(id: number): number {
  return id - ID_BASE;
}

function escaped(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}
