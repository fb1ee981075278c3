import { encodeCursor, type Read } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import { lists, microseconds, type SummaryRow, summaryJson } from '../store/summaries.ts';

/** A page of somebody's conversations: whose, behind which activity (microseconds since 1970) and id, how many. */
export type ListRead = Omit<Extract<Read, { kind: 'list' }>, 'cursor' | 'kind'> & {
  behind: { activity: number; id: number } | undefined;
};

/** Pages of conversation lists in one statement, as JSON, in the order asked. */
export async function readLists({ database }: MessagesContext, reads: readonly ListRead[]): Promise<string[]> {
  const rows = await database.queryRaw(lists, [
    reads.map((read) => read.user_id),
    reads.map((read) => read.behind?.activity ?? null),
    reads.map((read) => read.behind?.id ?? null),
    reads.map((read) => read.limit + 1),
  ]);
  const found = reads.map((): SummaryRow[] => []);
  for (const row of rows as SummaryRow[]) found[Number(row.at(-1)) - 1]?.push(row);
  return found.map((page, index) => {
    const shown = page.slice(0, reads[index]?.limit).filter((row) => !isBeyond(row));
    const last = shown.at(-1);
    const cursor =
      page.length > shown.length && last ? `"${encodeCursor([microseconds(last[5]), Number(last[0])])}"` : null;
    return `{"summaries":[${shown.map(summaryJson).join(',')}],"next_cursor":${cursor}}`;
  });
}

/** Whether the page ended before. */
function isBeyond(row: SummaryRow): boolean {
  return row.at(-2) === 't';
}
