import type { Attachment, SearchCarried } from '@vestnik/contracts';
import type { Queries } from '@vestnik/database';
import { type Alternatives, conditionOfTraits, conditionsOf } from '../domain/search/index-text.ts';
import { type Closeness, findQuery } from '../domain/search/match.ts';
import type { SearchQuery } from '../domain/search/query.ts';
import { partsOfQuery, quickTest } from '../domain/search/quick-test.ts';
import { newestSlices } from '../domain/search/slices.ts';
import { carriedBy } from '../domain/search/traits.ts';
import { trigramsOfPatterns } from '../domain/search/trigrams.ts';
import {
  type Candidate,
  type CandidateRange,
  findBlocks,
  findTails,
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
/** Blocks that one statement finds at most. */
const BLOCKS_AT_ONCE = 1_000;
/** Messages that a search reads from tails before it asks for blocks, which may hold newer ones. */
const MESSAGES_OF_TAILS = 4_096;
/** Messages that the first statement reads, about, and any statement at most. */
const FIRST_MESSAGES = 512;
const MESSAGES_AT_ONCE = 8_192;
/** Conditions that the index looks at. Further ones would cost more than they leave out. */
const CONDITIONS = 8;

/**
 * Finds the newest messages that fit: asks the index for ranges, and compares their messages with the query, the newest of all
 * ranges first. It stops as soon as no unread message can be newer than those found, so a frequent word costs no more than a
 * rare one. The index of blocks is the dearest part, so a search asks for blocks that may be newer than what it has found in
 * tails. Messages move from their table into tails and from tails into blocks, so none is missed in between.
 */
export async function findNewest(queries: Queries, search: Search): Promise<Found> {
  const latest = performance.now() + TIME_MS;
  const conditions = indexConditions(search);
  const { beforeId, limit, scope } = search;
  const fits = fitsQuery(search);
  const options = { beforeId, withAttachments: search.has !== undefined, parts: rarestParts(search) };
  let open = belowPlace(await findTails(queries, scope, conditions, beforeId), beforeId);
  /** Ids that fit, newest first, one more than the page shows at most. */
  let found: number[] = [];
  /** No block is newer than this, but for those that are open. */
  let lastBelow = Number.MAX_SAFE_INTEGER;
  let read = 0;
  for (;;) {
    const newest = newestOf(open);
    const afterId = found[limit] ?? 0;
    const isDone = afterId >= newest;
    if (isDone && lastBelow <= afterId) return { ids: found };
    const areBlocksAsked = lastBelow < Number.MAX_SAFE_INTEGER;
    const isLate = performance.now() > latest;
    const bound = Math.max(newest, lastBelow);
    // A search that has come no further than its beginning would begin there again.
    if (isLate && areBlocksAsked && bound < beforeId - 1) {
      return { ids: found.filter((id) => id > bound), bound: bound + 1 };
    }
    const areBlocksNext = areBlocksAsked ? newest < lastBelow : isLate || read >= MESSAGES_OF_TAILS;
    if (isDone || areBlocksNext) {
      const ask = { conditions, beforeId, afterId, lastBelow, limit: BLOCKS_AT_ONCE };
      const blocks = await findBlocks(queries, scope, ask);
      lastBelow = blocks.length === BLOCKS_AT_ONCE ? (blocks.at(-1)?.last_id ?? 0) : 0;
      open.push(...belowPlace(blocks, beforeId));
      continue;
    }
    const most = wantedMessages(read, found.length, limit);
    const slices = newestSlices(open, most);
    const cut = slices.map(({ index, first_seq }) => ({ ...(open[index] as CandidateRange), first_seq }));
    const { texts, firstIds } = await readCandidates(queries, scope, cut, options);
    read += cut.reduce((sum, { first_seq, last_seq }) => sum + last_seq - first_seq + 1, 0);
    found = newestFirst([...found, ...texts.filter(fits).map(({ id }) => id)]).slice(0, limit + 1);
    open = withoutSlices(open, slices, firstIds);
  }
}

/** How many messages to read next: about as many as the page still needs, by the share that has fitted so far. */
function wantedMessages(read: number, found: number, limit: number): number {
  if (read === 0) return FIRST_MESSAGES;
  const missing = Math.max(1, limit + 1 - found);
  const wanted = Math.ceil((missing * read * 1.5) / Math.max(1, found));
  return Math.min(Math.max(wanted, FIRST_MESSAGES), MESSAGES_AT_ONCE, 4 * read);
}

/** Ranges of messages below an id alone, as far as their bounds tell. */
function belowPlace(ranges: readonly CandidateRange[], beforeId: number): CandidateRange[] {
  return ranges.map((range) => ({ ...range, last_id: Math.min(range.last_id, beforeId - 1) }));
}

/** Returns what slices leave of their ranges. */
function withoutSlices(
  ranges: readonly CandidateRange[],
  slices: readonly { index: number; first_seq: number }[],
  firstIds: readonly number[],
): CandidateRange[] {
  const rest = [...ranges];
  slices.forEach(({ index, first_seq }, place) => {
    const range = ranges[index] as CandidateRange;
    rest[index] = {
      ...range,
      last_seq: first_seq - 1,
      last_id: Math.max(range.first_id, Math.min(range.last_id, (firstIds[place] ?? range.last_id) - 1)),
    };
  });
  return rest.filter(({ first_seq, last_seq }) => first_seq <= last_seq);
}

function newestOf(ranges: readonly CandidateRange[]): number {
  return ranges.reduce((newest, { last_id }) => Math.max(newest, last_id), 0);
}

/** The conditions that the index can judge, those with the most trigrams first, since they leave out most. */
function indexConditions({ query, closeness, scope, has }: Search): IndexCondition[] {
  const words = query.needed.flatMap((term) => conditionsOf(term, closeness));
  const traits = [scope.sender_id, has].filter((trait) => trait !== undefined).map((trait) => conditionOfTraits(trait));
  if (scope.mentions !== undefined) {
    traits.push(conditionOfTraits({ mentioned: scope.mentions }, { mentioned: 'all' }));
  }
  const weightOf = (patterns: Alternatives) => Math.min(...patterns.map(({ length }) => length));
  return [...traits, ...words.sort((one, other) => weightOf(other) - weightOf(one))]
    .slice(0, CONDITIONS)
    .map((patterns) => ({
      trigrams: trigramsOfPatterns(patterns)?.map((set) => `{${set.join(',')}}`) ?? null,
      patterns,
    }));
}

/** Returns the parts of which a text has to have one, of the word that few texts should have. */
function rarestParts({ query, closeness }: Search): string[] {
  const weightOf = (parts: readonly string[]) => Math.min(...parts.map(({ length }) => length));
  const lists = partsOfQuery(query, closeness);
  return lists.reduce((best, parts) => (weightOf(parts) > weightOf(best) ? parts : best), ['']);
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
