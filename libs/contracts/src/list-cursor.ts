import { decodeCursor, encodeCursor } from './cursor.ts';
import { VestnikError } from './errors.ts';

/** Where a page of a conversation list begins: behind a conversation, by its activity (microseconds since 1970) and id. */
export interface ListPlace {
  activity: number;
  id: number;
}

/** A second after 1970, in microseconds: no activity is earlier. */
const EARLIEST_ACTIVITY = 1_000_000;

/** Packs where the next page of a conversation list begins into an opaque string. */
export function encodeListCursor({ activity, id }: ListPlace): string {
  return encodeCursor([activity, id]);
}

/**
 * Reads a cursor of a conversation list back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeListCursor` did not make.
 */
export function decodeListCursor(cursor: string): ListPlace {
  const [activity = 0, id = 0] = decodeCursor(cursor, 2);
  // A history's cursor has its direction in this place.
  if (activity < EARLIEST_ACTIVITY || id < 1) {
    throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
  }
  return { activity, id };
}
