import { decodeCursor, encodeCursor } from './cursor.ts';
import { VestnikError } from './errors.ts';

/** Where a page of a history continues: towards older messages than a `seq`, or newer ones. */
export type HistoryContinuation = { before_seq: number } | { after_seq: number };

/** The direction of a cursor, its first number; the second is the `seq` that the next page continues from. */
const OLDER = 0;
const NEWER = 1;

/** Packs where the next page of a history begins into an opaque string. */
export function encodeHistoryCursor(next: HistoryContinuation): string {
  return encodeCursor('after_seq' in next ? [NEWER, next.after_seq] : [OLDER, next.before_seq]);
}

/**
 * Reads a cursor of a history back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeHistoryCursor` did not make.
 */
export function decodeHistoryCursor(cursor: string): HistoryContinuation {
  const [direction, seq] = decodeCursor(cursor, 2);
  if (seq !== undefined && seq >= 0) {
    if (direction === OLDER) return { before_seq: seq };
    if (direction === NEWER) return { after_seq: seq };
  }
  throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
}
