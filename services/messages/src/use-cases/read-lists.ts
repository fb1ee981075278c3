import { encodeCursor, type Read } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { cutToLength } from '../store/answer-size.ts';
import { lists, microseconds, type SummaryRow, summaryJson } from '../store/summaries.ts';

/** A page of somebody's conversations: whose, behind which activity (microseconds since 1970) and id, how many. */
export type ListRead = Omit<Extract<Read, { kind: 'list' }>, 'cursor' | 'kind'> & {
  behind: { activity: number; id: number } | undefined;
};

/** Characters of content in one answer; in JSON one takes at most 6 bytes, and the bus carries 8 MB. */
const MAX_LIST_LENGTH = 1_200_000;

/** The same for lists that travel with other reads. */
const MAX_LENGTH_TOGETHER = 300_000;

/**
 * Pages of conversation lists in one statement, as JSON, in the order asked. One that travels alone is cut where it would
 * be too large; of those that travel with other reads, nothing for the ones that are.
 */
export async function readLists(
  { database }: Context,
  reads: readonly ListRead[],
  way: 'alone' | 'together',
): Promise<string[]> {
  const rows = await database.queryRaw(lists, [
    reads.map((read) => read.user_id),
    reads.map((read) => read.behind?.activity ?? null),
    reads.map((read) => read.behind?.id ?? null),
    reads.map((read) => read.limit + 1),
  ]);
  const found = reads.map((): SummaryRow[] => []);
  for (const row of rows as SummaryRow[]) found[Number(row.at(-1)) - 1]?.push(row);
  let length = 0;
  return found.map((page, index) => {
    const wanted = page.slice(0, reads[index]?.limit);
    const shown = way === 'alone' ? cutToLength(wanted, contentLength, MAX_LIST_LENGTH).kept : wanted;
    length += shown.reduce((sum, row) => sum + contentLength(row), 0);
    if (way === 'together' && length > MAX_LENGTH_TOGETHER) return '';
    const last = shown.at(-1);
    const cursor =
      page.length > shown.length && last ? `"${encodeCursor([microseconds(last[5]), Number(last[0])])}"` : null;
    return `{"summaries":[${shown.map(summaryJson).join(',')}],"next_cursor":${cursor}}`;
  });
}

function contentLength([, , , content]: SummaryRow): number {
  return content?.length ?? 0;
}
