import type { Queries } from '@vestnik/database';
import type { Context } from '../context.ts';
import { toRange } from '../domain/search/ranges.ts';
import { rangesHolding, takeChanges } from '../store/search-changes.ts';
import {
  type IndexRangeOf,
  lockPositions,
  readSource,
  type SourceRange,
  saveBlocks,
  saveTails,
} from '../store/search-index.ts';

/** Changes that one transaction takes at most. */
const CHANGES_AT_ONCE = 50;

/**
 * Indexes the ranges of edited and deleted messages again, as they are now. A message that is not in the index yet comes
 * there as it is then. Returns whether there may be more.
 */
export function indexChanges({ database }: Pick<Context, 'database'>): Promise<boolean> {
  return database.transaction(async (queries) => {
    const changes = await takeChanges(queries, CHANGES_AT_ONCE);
    if (changes.length === 0) return false;
    await lockPositions(queries, [...new Set(changes.map(({ conversation_id }) => conversation_id))]);
    const { blocks, tails } = await rangesHolding(queries, changes);
    await saveBlocks(queries, await rangesNow(queries, blocks));
    await saveTails(queries, await rangesNow(queries, tails));
    return changes.length === CHANGES_AT_ONCE;
  });
}

async function rangesNow(queries: Queries, ranges: readonly SourceRange[]): Promise<IndexRangeOf[]> {
  const messages = await readSource(queries, ranges);
  return ranges.flatMap(({ conversation_id }, index) => {
    const range = toRange(messages[index] ?? []);
    return range ? [{ ...range, conversation_id }] : [];
  });
}
