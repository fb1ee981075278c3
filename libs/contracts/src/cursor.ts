import { VestnikError } from './errors.ts';

/** Packs the place where the next page begins into an opaque string. */
export function encodeCursor(place: readonly number[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor of `length` numbers back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeCursor` did not make.
 */
export function decodeCursor(cursor: string, length: number): number[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === length && place.every((part) => Number.isSafeInteger(part)))
      return place;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
}

/** Packs the position of the last member of a page into an opaque string. */
export function encodeMemberCursor(position: number): string {
  return encodeCursor([position]);
}

/**
 * Reads a cursor of a member list back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeMemberCursor` did not make.
 */
export function decodeMemberCursor(cursor: string): number {
  const [position = -1] = decodeCursor(cursor, 1);
  if (position > 0 && position < 2 ** 31) return position;
  throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
}

/** Packs the last id of a page into an opaque string. */
export function encodeIdCursor(id: number): string {
  return encodeCursor([id]);
}

/**
 * Reads a cursor of a list in the order of ids back.
 *
 * @throws VestnikError `bad_request` for a string that `encodeIdCursor` did not make.
 */
export function decodeIdCursor(cursor: string): number {
  const [id = -1] = decodeCursor(cursor, 1);
  if (id > 0) return id;
  throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
}
