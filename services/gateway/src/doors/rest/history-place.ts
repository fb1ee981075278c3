import { decodeHistoryCursor, type HistoryContinuation, VestnikError } from '@vestnik/contracts';
import { queryInteger, queryText, type RawQuery } from './query.ts';

/** Where a page of a history begins; without a place, at the newest message. */
export type HistoryPlace = HistoryContinuation | { offset: number } | undefined;

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
  if (cursor !== undefined) return decodeHistoryCursor(cursor);
  return undefined;
}
