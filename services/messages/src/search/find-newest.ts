import type { Attachment, SearchCarried } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import { type Alternatives, conditionOfTrait, conditionsOf } from '../domain/search/index-text.ts';
import { type Closeness, findQuery } from '../domain/search/match.ts';
import type { SearchQuery } from '../domain/search/query.ts';
import { quickTest } from '../domain/search/quick-test.ts';
import { carriedBy } from '../domain/search/traits.ts';
import { trigramsOfPatterns } from '../domain/search/trigrams.ts';
import {
  type Candidate,
  type CandidateRange,
  findRanges,
  type IndexCondition,
  readCandidates,
  type SearchScope,
} from '../store/search.ts';

/** A search: the query, its filters, and the place at which its page begins. */
export interface Search {
  query: SearchQuery;
  closeness: Closeness;
  scope: SearchScope;
  has: SearchCarried | undefined;
  /** Messages with smaller ids alone. */
  beforeId: number;
  limit: number;
}

/** The messages that a search found. */
export interface Found {
  /** Ids of messages, newest first; more than `limit` where there are more. */
  ids: number[];
  /** The search ran out of time: it looked at no message with this id or a smaller one. */
  bound?: number | undefined;
}

/** A search answers within this time, in milliseconds, with what it has found by then. Its caller waits for 3 s. */
const TIME_MS = 1_500;
/** Ranges that one statement finds, and messages that the first and each further statement read, at most. */
const RANGES_AT_ONCE = 1_000;
const FIRST_MESSAGES = 256;
const MESSAGES_AT_ONCE = 1_024;
/** Conditions that the index looks at. Further ones would cost more than they leave out. */
const CONDITIONS = 8;

/**
 * Finds the newest messages that fit: asks the index for ranges, newest first, and compares the messages of each with the
 * query. It stops as soon as no further range can hold a newer message than those found, so a frequent word costs no more
 * than a rare one.
 */
export async function findNewest(queries: Queries, search: Search): Promise<Found> {
  const latest = performance.now() + TIME_MS;
  const conditions = indexConditions(search);
  const { beforeId, limit } = search;
  const fits = fitsQuery(search);
  /** Ids that fit, newest first, one more than the page shows at most. */
  let found: number[] = [];
  let bound = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const ask = { conditions, beforeId, lastBelow: bound, limit: RANGES_AT_ONCE };
    const ranges = await findRanges(queries, search.scope, ask);
    const hasMore = ranges.length === RANGES_AT_ONCE;
    let most = FIRST_MESSAGES;
    while (ranges.length > 0) {
      const own = takeMessages(ranges, most);
      // Once the page is full, older messages than those on it do not matter.
      const afterId = found[limit] ?? 0;
      const withAttachments = search.has !== undefined;
      const texts = await readCandidates(queries, search.scope, { ranges: own, beforeId, afterId, withAttachments });
      found = newestFirst([...found, ...texts.filter(fits).map(({ id }) => id)]).slice(0, limit + 1);
      bound = ranges[0]?.last_id ?? (hasMore ? (own.at(-1)?.last_id ?? 0) : 0);
      if ((found[limit] ?? 0) > bound) return { ids: found };
      // A search that has come no further than its beginning would begin there again.
      if (bound > 0 && bound < beforeId && performance.now() > latest) {
        return { ids: found.filter((id) => id > bound), bound: bound + 1 };
      }
      most = MESSAGES_AT_ONCE;
    }
    if (!hasMore) return { ids: found };
  }
}

/** The conditions that the index can judge, those with the most trigrams first, since they leave out most. */
function indexConditions({ query, closeness, scope, has }: Search): IndexCondition[] {
  const words = query.needed.flatMap((term) => conditionsOf(term, closeness));
  const traits = [scope.sender_id, has].filter((trait) => trait !== undefined).map(conditionOfTrait);
  const weightOf = (patterns: Alternatives) => Math.min(...patterns.map(({ length }) => length));
  return [...traits, ...words.sort((one, other) => weightOf(other) - weightOf(one))]
    .slice(0, CONDITIONS)
    .map((patterns) => ({
      trigrams: trigramsOfPatterns(patterns)?.map((set) => `{${set.join(',')}}`) ?? null,
      patterns,
    }));
}

/** Takes ranges from the front of a list, until they hold so many messages. */
function takeMessages(ranges: CandidateRange[], most: number): CandidateRange[] {
  let messages = 0;
  const end = ranges.findIndex(({ first_seq, last_seq }) => {
    messages += last_seq - first_seq + 1;
    return messages >= most;
  });
  return ranges.splice(0, end < 0 ? ranges.length : end + 1);
}

function fitsQuery({ query, closeness, has }: Search): (candidate: Candidate) => boolean {
  const mayFit = quickTest(query, closeness);
  return (candidate) =>
    mayFit(candidate.content) &&
    carries(candidate, has) &&
    findQuery(query, candidate.content, closeness) !== undefined;
}

function carries({ content, attachments }: Candidate, has: SearchCarried | undefined): boolean {
  if (has === undefined) return true;
  const files = attachments === null ? [] : (JSON.parse(attachments) as Attachment[]);
  return carriedBy(content, files).has(has);
}

/** Sorts ids; of ids that two overlapping ranges hold, one stays. */
function newestFirst(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((one, other) => other - one);
}
