import { decodeCursor, encodeCursor } from './cursor.ts';
import { VestnikError } from './errors.ts';

/** Where a page of a search begins: behind a message, and whether words may differ by one letter. */
export interface SearchPlace {
  id: number;
  is_near: boolean;
}

/** Marks cursors of searches; a history's cursor has its direction in this place. */
const MARK = 7_325;

/** Packs where the next page of a search begins into an opaque string. */
export function encodeSearchCursor({ id, is_near }: SearchPlace): string {
  return encodeCursor([MARK, id, is_near ? 1 : 0]);
}

/**
 * Reads a cursor of a search back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeSearchCursor` did not make.
 */
export function decodeSearchCursor(cursor: string): SearchPlace {
  const [mark, id = 0, near] = decodeCursor(cursor, 3);
  if (mark !== MARK || id < 1 || (near !== 0 && near !== 1)) {
    throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
  }
  return { id, is_near: near === 1 };
}
