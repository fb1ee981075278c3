import type { HistoryAsk, Message } from '@vestnik/contracts';
import { isoTime, type Queries, type RawValue, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, senderOf, toMessage } from './message-row.ts';

/**
 * Pages of several conversations, each for one of its members: message, number of the page. A user who is no member gets no
 * row, and a member no hidden message. Pages and rows come in order, since nothing but nested loops is planned here (KEYED_ACCESS).
 */
const historyStatement = (direction: string, rowsOfPage: string) =>
  statement<
    MessageRow,
    [userIds: readonly number[], conversationIds: readonly number[], places: readonly number[], rows: readonly number[]]
  >(
    `read-history-${direction}`,
    `select ${MESSAGE_COLUMNS}, p.page
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
       with ordinality as p (user_id, conversation_id, place, rows, page)
     join members me on me.conversation_id = p.conversation_id and me.user_id = p.user_id
     cross join lateral (
       select * from messages m where m.conversation_id = p.conversation_id and m.seq > me.hidden_seq and ${rowsOfPage} limit p.rows
     ) m`,
  );

type HistoryStatement = ReturnType<typeof historyStatement>;

/** The pages of conversations by direction; each reads an index range. */
export const historyStatements = {
  /** Newest first, from below a `seq`. */
  before: historyStatement('before', 'm.seq < p.place order by m.seq desc'),
  /** Oldest first, from above a `seq`. */
  after: historyStatement('after', 'm.seq > p.place order by m.seq'),
  /** Newest first, behind so many of the newest. Since `seq` has no gaps, an offset is a `seq`: no row is skipped. */
  offset: historyStatement(
    'offset',
    'm.seq <= (select c.seq from conversations c where c.id = p.conversation_id) - p.place order by m.seq desc',
  ),
};

/** The first messages of a range of a conversation, oldest first. */
const range = statement<MessageRow, [conversationId: number, afterSeq: number, upToSeq: number, rows: number]>(
  'read-range',
  `select ${MESSAGE_COLUMNS} from messages m
   where m.conversation_id = $1 and m.seq > $2 and m.seq <= $3 order by m.seq limit $4`,
);

/**
 * When ranges of conversations were first read, up to the first such moment behind each, in order. Columns: number of the
 * range, `up_to_seq`, `read_at`, and the reader whose own messages do not count.
 */
const firstReads = statement<
  [range: string, upToSeq: string, readAt: string, readerId: RawValue],
  [conversationIds: readonly number[], firstSeqs: readonly number[], lastSeqs: readonly number[]]
>(
  'first-reads',
  `select p.range, f.up_to_seq, f.read_at, f.reader_id
   from unnest($1::bigint[], $2::bigint[], $3::bigint[])
     with ordinality as p (conversation_id, first_seq, last_seq, range)
   cross join lateral (
     select f.up_to_seq, f.read_at, f.reader_id from first_reads f
     where f.conversation_id = p.conversation_id and f.up_to_seq >= p.first_seq
     order by f.up_to_seq limit p.last_seq - p.first_seq + 2
   ) f`,
);

/** When messages were read for which the first reader does not count, being their sender: number of the message, time. */
const secondReads = statement<
  [message: string, readAt: string],
  [conversationIds: readonly number[], senderIds: readonly string[], seqs: readonly number[]]
>(
  'second-reads',
  `select p.message, s.read_at
   from unnest($1::bigint[], $2::bigint[], $3::bigint[])
     with ordinality as p (conversation_id, sender_id, seq, message)
   cross join lateral (
     select s.read_at from second_reads s
     where s.conversation_id = p.conversation_id and s.sender_id = p.sender_id and s.up_to_seq >= p.seq
     order by s.up_to_seq limit 1
   ) s`,
);

/**
 * Reads the rows of several pages, one row more than each shows: it says whether there are more. Pages of one direction
 * share a statement.
 */
export async function selectPages(queries: Queries, asks: readonly HistoryAsk[]): Promise<MessageRow[][]> {
  const pages = asks.map((): MessageRow[] => []);
  const byStatement = Map.groupBy(asks.keys(), (index) => statementOf(asks[index] as HistoryAsk));
  await Promise.all(
    [...byStatement].map(async ([each, indexes]) => {
      const own = indexes.map((index) => asks[index] as HistoryAsk);
      const rows = await queries.queryRaw(each, [
        own.map(({ user_id }) => user_id),
        own.map(({ conversation_id }) => conversation_id),
        own.map(beginOf),
        own.map(({ limit }) => limit + 1),
      ]);
      for (const row of rows) pages[indexes[Number(row.at(-1)) - 1] as number]?.push(row);
    }),
  );
  return pages;
}

function statementOf({ after_seq, offset }: HistoryAsk): HistoryStatement {
  if (after_seq !== undefined) return historyStatements.after;
  return offset === undefined ? historyStatements.before : historyStatements.offset;
}

function beginOf({ before_seq, after_seq, offset }: HistoryAsk): number {
  return after_seq ?? offset ?? before_seq ?? Number.MAX_SAFE_INTEGER;
}

/** A range of one conversation. */
export interface Range {
  conversation_id: number;
  after_seq: number;
  up_to_seq: number;
}

/** Reads the first rows of a range, oldest first, `limit` at most; whether its reader may see them is not asked. */
export function selectRange(
  queries: Queries,
  { conversation_id, after_seq, up_to_seq }: Range,
  limit: number,
): Promise<MessageRow[]> {
  return queries.queryRaw(range, [conversation_id, after_seq, up_to_seq, limit]);
}

/** Some rows of one conversation, in the order of their `seq` or against it. */
export interface RowsOf {
  conversation_id: number;
  rows: readonly MessageRow[];
}

/**
 * Turns the rows of pages into messages, each with the moment at which it was first read. One range of such moments for
 * each page costs less than a probe for each message.
 */
export async function toPages(queries: Queries, pages: readonly RowsOf[]): Promise<Message[][]> {
  const moments = pages.map((): Moment[] => []);
  const ranges = pages.map(({ rows }) => rangeOf(rows));
  const found = await queries.queryRaw(firstReads, [
    pages.map(({ conversation_id }) => conversation_id),
    ranges.map(({ first }) => first),
    ranges.map(({ last }) => last),
  ]);
  for (const [range, upToSeq, readAt, readerId] of found)
    moments[Number(range) - 1]?.push({ upToSeq: Number(upToSeq), readAt, readerId });
  const unsure: Unsure[] = [];
  const messages = pages.map(({ conversation_id, rows }, index) => {
    const momentOf = momentsOf(moments[index] ?? []);
    return rows.map((row) => {
      const moment = momentOf(Number(row[1]));
      const isOwn = moment !== undefined && moment.readerId === senderOf(row);
      const message = toMessage(row, conversation_id, isOwn ? null : (moment?.readAt ?? null));
      if (isOwn) unsure.push({ message, senderId: senderOf(row) });
      return message;
    });
  });
  if (unsure.length > 0) await fillSecondReads(queries, unsure);
  return messages;
}

/** Everything up to a `seq` was read at a moment, if not before. Own messages of the named reader do not count. */
interface Moment {
  upToSeq: number;
  readAt: string;
  readerId: RawValue;
}

/** A message whose sender was the first reader of its place. */
interface Unsure {
  message: Message;
  senderId: string;
}

/** Sets `read_at` of messages whose sender was the first reader, where another user has read them since. */
async function fillSecondReads(queries: Queries, unsure: readonly Unsure[]): Promise<void> {
  const found = await queries.queryRaw(secondReads, [
    unsure.map(({ message }) => message.conversation_id),
    unsure.map(({ senderId }) => senderId),
    unsure.map(({ message }) => message.seq),
  ]);
  for (const [number, readAt] of found) {
    const message = unsure[Number(number) - 1]?.message;
    if (message) message.read_at = isoTime(readAt);
  }
}

function rangeOf(rows: readonly MessageRow[]): { first: number; last: number } {
  const ends = [Number(rows[0]?.[1] ?? 0), Number(rows.at(-1)?.[1] ?? 0)];
  return { first: Math.min(...ends), last: Math.max(...ends) };
}

/** Finds the first moment at or behind a `seq`; each `seq` that it is asked for lies next to the one before. */
function momentsOf(moments: readonly Moment[]): (seq: number) => Moment | undefined {
  let at = 0;
  return (seq) => {
    while (at > 0 && (moments[at - 1] as Moment).upToSeq >= seq) at -= 1;
    while (at < moments.length && (moments[at] as Moment).upToSeq < seq) at += 1;
    return moments[at];
  };
}
