import { VestnikError } from './errors.ts';
import { PAGE_DEFAULT, PAGE_LIMIT } from './limits.ts';

/** The query of a REST route as Express hands it over: a parameter given twice arrives as an array. */
export type RawQuery = Record<string, unknown>;

/**
 * One query parameter as text; undefined when absent.
 *
 * @throws VestnikError `bad_request` when it is given twice.
 */
export function queryText(query: RawQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new VestnikError('bad_request', `${name}: must be given once`);
}

/**
 * One query parameter as an integer of at least `min`; undefined when absent.
 *
 * @throws VestnikError `bad_request` for anything else.
 */
export function queryInteger(query: RawQuery, name: string, min: number): number | undefined {
  const value = queryText(query, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= min) return number;
  throw new VestnikError('bad_request', `${name}: must be an integer of at least ${min}`);
}

/** `limit`: 1 to 100, 50 when absent, more, however much, is served as 100; anything else is `bad_request`. */
export function queryLimit(query: RawQuery): number {
  const isHuge = /^[1-9]\d{15,}$/.test(queryText(query, 'limit') ?? '');
  return isHuge ? PAGE_LIMIT : Math.min(queryInteger(query, 'limit', 1) ?? PAGE_DEFAULT, PAGE_LIMIT);
}

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
