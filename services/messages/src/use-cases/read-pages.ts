import { encodeHistoryCursor, type Read } from '@vestnik/contracts';
import { type RawValue, statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { JSON_COLUMNS, type JsonRow, messageJson } from '../store/message-json.ts';
import { ENVELOPE_LENGTH, MAX_LENGTH } from '../store/page.ts';

type PageRead = Extract<Read, { kind: 'page' }>;

/**
 * Pages of several conversations, each as one of its members sees it, newest first: number of the page, message. Of who
 * is no member there is no row. Pages and rows come in order: nothing but nested loops is planned here (KEYED_ACCESS).
 * Values: users, conversations, places, rows.
 */
export const pages = statement<RawValue[]>(
  'pages',
  `select ${JSON_COLUMNS}, p.page
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     with ordinality as p (user_id, conversation_id, before_seq, rows, page)
   join members me on me.conversation_id = p.conversation_id and me.user_id = p.user_id
   cross join lateral (
     select * from messages m
     where m.conversation_id = p.conversation_id and m.seq < p.before_seq order by m.seq desc limit p.rows
   ) m`,
);

/**
 * When stretches of conversations were first read, up to the first such moment behind each: number of the stretch,
 * `up_to_seq`, `read_at`, in order. Values: conversations, first and last `seq` of each stretch.
 */
const firstReads = statement<RawValue[]>(
  'first-reads',
  `select p.page, f.up_to_seq, f.read_at
   from unnest($1::bigint[], $2::bigint[], $3::bigint[])
     with ordinality as p (conversation_id, first_seq, last_seq, page)
   cross join lateral (
     select f.up_to_seq, f.read_at from first_reads f
     where f.conversation_id = p.conversation_id and f.up_to_seq >= p.first_seq
     order by f.up_to_seq limit p.last_seq - p.first_seq + 2
   ) f`,
);

/**
 * Pages for several callers in two statements, as JSON, in the order asked. Empty for a page without a message, of which
 * it has to be found out why, and for one that is too long to travel with others.
 */
export async function readPages({ database }: MessagesContext, reads: readonly PageRead[]): Promise<string[]> {
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
    length += page.reduce((sum, row) => sum + lengthOf(row), 0);
    if (length > MAX_LENGTH) return '';
    const hasMore = (found[index]?.length ?? 0) > read.limit;
    const cursor = hasMore ? `"${encodeHistoryCursor({ before_seq: Number(last[1]) })}"` : 'null';
    return `{"messages":[${pageJson(read.conversation_id, page, moments[index] ?? [])}],"next_cursor":${cursor}}`;
  });
}

/** A moment of first reading: everything up to a `seq` was read then, if not before. */
interface Moment {
  upToSeq: number;
  readAt: RawValue;
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

/** Messages newest first, each with the first moment at or behind it. */
function pageJson(conversationId: number, page: readonly JsonRow[], moments: readonly Moment[]): string {
  let next = moments.length;
  return page
    .map((row) => {
      const seq = Number(row[1]);
      while (next > 0 && (moments[next - 1]?.upToSeq ?? 0) >= seq) next -= 1;
      return messageJson(row, conversationId, moments[next]?.readAt ?? null);
    })
    .join(',');
}

function lengthOf([, , , , , content, attachments, , reactions]: JsonRow): number {
  return (content?.length ?? 0) + (attachments?.length ?? 0) + (reactions?.length ?? 0) + ENVELOPE_LENGTH;
}
