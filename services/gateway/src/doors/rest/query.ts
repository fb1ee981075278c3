import { PAGE_DEFAULT, PAGE_LIMIT, VestnikError } from '@vestnik/contracts';

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
