import { encodeHistoryCursor, type Read } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { MAX_LENGTH } from '../store/answer-size.ts';
import type { JsonRow } from '../store/message-json.ts';
import { firstReads, type Moment, pageJson, pages, rowLength } from '../store/pages.ts';

type PageRead = Extract<Read, { kind: 'page' }>;

/**
 * Pages for several callers in two statements, as JSON, in the order asked. Empty for a page without a message, of which
 * it has to be found out why, and for one that is too long to travel with others.
 */
export async function readPages({ database }: Context, reads: readonly PageRead[]): Promise<string[]> {
  const rows = await database.queryRaw(pages, [
    reads.map((read) => read.user_id),
    reads.map((read) => read.conversation_id),
    reads.map((read) => read.before_seq ?? Number.MAX_SAFE_INTEGER),
    reads.map((read) => read.limit + 1),
  ]);
  const found = reads.map((): JsonRow[] => []);
  for (const row of rows as JsonRow[]) found[Number(row.at(-1)) - 1]?.push(row);
  const shown = reads.map((read, index) => found[index]?.slice(0, read.limit) ?? []);

  const moments = await readMoments({ database }, reads, shown);
  let length = 0;
  return reads.map((read, index) => {
    const page = shown[index] ?? [];
    const last = page.at(-1);
    if (!last) return '';
    length += page.reduce((sum, row) => sum + rowLength(row), 0);
    if (length > MAX_LENGTH) return '';
    const hasMore = (found[index]?.length ?? 0) > read.limit;
    const cursor = hasMore ? `"${encodeHistoryCursor({ before_seq: Number(last[1]) })}"` : 'null';
    return `{"messages":[${pageJson(read.conversation_id, page, moments[index] ?? [])}],"next_cursor":${cursor}}`;
  });
}

async function readMoments(
  { database }: Pick<Context, 'database'>,
  reads: readonly PageRead[],
  shown: readonly JsonRow[][],
): Promise<Moment[][]> {
  const moments = reads.map((): Moment[] => []);
  const rows = await database.queryRaw(firstReads, [
    reads.map((read) => read.conversation_id),
    shown.map((page) => Number(page.at(-1)?.[1] ?? 0)),
    shown.map((page) => Number(page[0]?.[1] ?? 0)),
  ]);
  for (const [page, upToSeq, readAt = null] of rows)
    moments[Number(page) - 1]?.push({ upToSeq: Number(upToSeq), readAt });
  return moments;
}
