import { encodeHistoryCursor, type Read } from '@vestnik/contracts';
import type { MessagesContext } from '../context.ts';
import type { JsonRow } from '../store/message-json.ts';
import { firstReads, fitting, isLong, type Moment, messagesAt, pageJson, pages } from '../store/pages.ts';

type PageRead = Extract<Read, { kind: 'page' }>;

/**
 * Pages for several callers in two statements, one more where there are long messages, as JSON, in the order asked. Empty
 * for a page without a message, of which it has to be found out why.
 */
export async function readPages({ database }: MessagesContext, reads: readonly PageRead[]): Promise<string[]> {
  const rows = await database.queryRaw(pages, [
    reads.map((read) => read.user_id),
    reads.map((read) => read.conversation_id),
    reads.map((read) => read.before_seq ?? Number.MAX_SAFE_INTEGER),
    reads.map((read) => read.limit),
  ]);
  const found = reads.map((): JsonRow[] => []);
  for (const row of rows as JsonRow[]) found[Number(row.at(-1)) - 1]?.push(row);
  const shown = found.map(fitting);

  const [long, moments] = await Promise.all([
    readLong({ database }, reads, shown),
    readMoments({ database }, reads, shown),
  ]);
  return reads.map(({ conversation_id }, index) => {
    const page = (shown[index] ?? []).map((row) => long.get(row) ?? row);
    const oldestSeq = Number(page.at(-1)?.[1] ?? 0);
    if (oldestSeq === 0) return '';
    // Since `seq` has no holes, there is more before any message but the first.
    const cursor = oldestSeq > 1 ? `"${encodeHistoryCursor({ before_seq: oldestSeq })}"` : 'null';
    return `{"messages":[${pageJson(conversation_id, page, moments[index] ?? [])}],"next_cursor":${cursor}}`;
  });
}

/** The long messages of pages with their text, by the rows that lack it. */
async function readLong(
  { database }: Pick<MessagesContext, 'database'>,
  reads: readonly PageRead[],
  shown: readonly JsonRow[][],
): Promise<Map<JsonRow, JsonRow>> {
  const long = reads.flatMap(({ conversation_id }, index) =>
    (shown[index] ?? []).filter(isLong).map((row) => ({ conversation_id, row })),
  );
  if (long.length === 0) return new Map();
  const rows = await database.queryRaw(messagesAt, [
    long.map(({ conversation_id }) => conversation_id),
    long.map(({ row }) => row[1]),
  ]);
  return new Map((rows as JsonRow[]).map((whole) => [long[Number(whole.at(-1)) - 1]?.row ?? whole, whole]));
}

async function readMoments(
  { database }: Pick<MessagesContext, 'database'>,
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
