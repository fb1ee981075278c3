import {
  decodeCursor,
  encodeCursor,
  type Message,
  queryInteger,
  queryText,
  type RawQuery,
  VestnikError,
} from '@vestnik/contracts';

/** Where a page of a history begins; without a place, at the newest message. */
export type HistoryPlace = { before_seq: number } | { after_seq: number } | { offset: number } | undefined;

/** The direction of a cursor, its first number; the second is the `seq` that the next page continues from. */
const OLDER = 0;
const NEWER = 1;

/**
 * Reads where a page begins from the query of a request: at most one of `before`, `after`, `offset`, `cursor`.
 *
 * @throws VestnikError `bad_request` for two of them, or one that is malformed.
 */
export function readPlace(query: RawQuery): HistoryPlace {
  const before = queryInteger(query, 'before', 0);
  const after = queryInteger(query, 'after', 0);
  const offset = queryInteger(query, 'offset', 0);
  const cursor = queryText(query, 'cursor');
  if ([before, after, offset, cursor].filter((place) => place !== undefined).length > 1) {
    throw new VestnikError('bad_request', 'Give one of before, after, offset and cursor');
  }
  if (before !== undefined) return { before_seq: before };
  if (after !== undefined) return { after_seq: after };
  if (offset !== undefined) return { offset };
  if (cursor !== undefined) return readCursor(cursor);
  return undefined;
}

/**
 * The cursor behind a page, in the direction of the page. A page by offset is continued by `seq` too: messages that
 * arrive in between would shift offsets, and show a message twice.
 */
export function nextCursor(place: HistoryPlace, page: readonly Message[]): string | null {
  const last = page.at(-1);
  if (!last) return null;
  return encodeCursor([place && 'after_seq' in place ? NEWER : OLDER, last.seq]);
}

function readCursor(cursor: string): HistoryPlace {
  const [direction, seq] = decodeCursor(cursor, 2);
  if (seq !== undefined && seq >= 0) {
    if (direction === OLDER) return { before_seq: seq };
    if (direction === NEWER) return { after_seq: seq };
  }
  throw new VestnikError('bad_request', 'cursor: is not one that a page returned');
}
