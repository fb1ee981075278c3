import {
  decodeHistoryCursor,
  decodeSearchCursor,
  LIST_LENGTH,
  PAGE_LIMIT,
  parse,
  type SendInput,
  searchParameters,
  VestnikError,
} from '@vestnik/contracts';
import type { Creation } from '../../use-cases/create-conversation.ts';
import type { HistoryPlace } from '../../use-cases/list-messages.ts';
import type { PeopleAsk } from '../../use-cases/list-people.ts';
import type { SearchInput } from '../../use-cases/search-messages.ts';
import type { Query } from './query.ts';
import { type ApiRequest, type InputContext, positiveInteger } from './route.ts';

/** Reads the body of `POST /conversations`: a group when the body says so, else a direct conversation. */
export function readCreation(
  { body, headers }: ApiRequest,
  { input }: InputContext,
): { key: string | undefined; creation: Creation } {
  const isGroup = (body as { type?: unknown }).type === 'group';
  const creation = isGroup ? parse(input.rest.createGroup, body) : parse(input.rest.createDirect, body);
  return { key: readIdempotencyKey(headers), creation };
}

/** Reads the body of a send. An `Idempotency-Key` names the message where the body has no `clientMessageId`. */
export function readSend({ body, headers }: ApiRequest, { input }: InputContext): SendInput {
  const key = readIdempotencyKey(headers);
  return parse(input.rest.sendMessage, key === undefined ? body : { clientMessageId: key, ...(body as object) });
}

/**
 * Reads `Idempotency-Key`: 1 to 64 characters.
 *
 * @throws VestnikError `bad_request` for anything else, and for two of them.
 */
function readIdempotencyKey(headers: ApiRequest['headers']): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const [key = ''] = given;
  if (given.length === 1 && key.length >= 1 && key.length <= 64) return key;
  throw new VestnikError('bad_request', 'Idempotency-Key: must be given once, with 1 to 64 characters');
}

/**
 * Reads the place at which a page of a history begins: at most one of `before`, `after`, `offset`, `cursor`.
 *
 * @throws VestnikError `bad_request` for two of them, or a malformed one.
 */
export function readPlace(query: Query): HistoryPlace {
  const before = query.integer('before', 0);
  const after = query.integer('after', 0);
  const offset = query.integer('offset', 0);
  const cursor = query.text('cursor');
  if ([before, after, offset, cursor].filter((place) => place !== undefined).length > 1) {
    throw new VestnikError('bad_request', 'Give one of before, after, offset and cursor');
  }
  if (before !== undefined) return { before_seq: before };
  if (after !== undefined) return { after_seq: after };
  if (offset !== undefined) return { offset };
  if (cursor !== undefined) return decodeHistoryCursor(cursor);
  return undefined;
}

/**
 * Reads a search: `q`, the filters, and where the page begins.
 *
 * @throws VestnikError `bad_request` for a missing or malformed parameter; `invalid` for a query that is too long or empty, or
 *   an unknown `has`.
 */
export function readSearch({ query }: ApiRequest): SearchInput {
  const cursor = query.text('cursor');
  return {
    ...parse(searchParameters, {
      q: query.text('q'),
      conversation_id: query.integer('conversation_id', 1),
      sender_id: query.integer('sender_id', 1),
      since: query.text('since'),
      until: query.text('until'),
      has: query.text('has'),
      mentions: query.integer('mentions', 1),
    }),
    limit: query.limit(),
    behind: cursor === undefined ? undefined : decodeSearchCursor(cursor),
  };
}

/**
 * Reads `user_ids`: ids, separated by commas, as many as a client may watch at once.
 *
 * @throws VestnikError `bad_request` for anything else; `invalid` for more.
 */
export function readUserIds({ query }: ApiRequest, { config }: InputContext): number[] {
  return readIds('user_ids', query.text('user_ids') ?? '', Math.min(config.limits.watchedUsers, LIST_LENGTH));
}

/**
 * Reads the people that a request asks for: `ids`, at most 100, or `q` with `limit` and `cursor`.
 *
 * @throws VestnikError `bad_request` for both, neither or an empty one; `invalid` for too many.
 */
export function readPeopleAsk({ query }: ApiRequest): PeopleAsk {
  const [ids, q] = [query.text('ids'), query.text('q')];
  if ((ids === undefined) === (q === undefined)) throw new VestnikError('bad_request', 'Give one of ids and q');
  if (ids !== undefined) return { userIds: readIds('ids', ids, PAGE_LIMIT) };
  if (!q) throw new VestnikError('bad_request', 'q: must not be empty');
  return { q, limit: query.limit(), cursor: query.text('cursor') };
}

function readIds(name: string, given: string, most: number): number[] {
  const ids = given.split(',').map((digits) => {
    const id = positiveInteger(digits);
    if (id === undefined) throw new VestnikError('bad_request', `${name}: must be user ids, separated by commas`);
    return id;
  });
  if (ids.length > most) throw new VestnikError('invalid', `${name}: must be at most ${most}`);
  return ids;
}
