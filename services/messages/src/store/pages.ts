import type { Reaction } from '@vestnik/contracts';
import { type RawValue, statement } from '@vestnik/database';
import { ENVELOPE_BYTES, PAGE_BYTES, REACTION_BYTES, TEXT_BYTES } from './answer-size.ts';
import { JSON_COLUMNS, type JsonRow, jsonColumns, messageJson } from './message-json.ts';

/** A page of the largest number of messages has room for this much text in each; bytes. */
const LONG_BYTES = 1_500;

const unlessLong = (column: string) => `case when m.text_bytes <= ${LONG_BYTES} then ${column} end`;

/**
 * Pages of several conversations, each as one of its members sees it, newest first: message, the bytes of its text if it is
 * long, number of the page. A long text is not there: it is neither read nor sent before it is known to fit, and a running
 * sum, as in `cutToSize`, would cost every page a third more. Of who is no member there is no row. Pages and rows come in
 * order: nothing but nested loops is planned here (KEYED_ACCESS). Values: users, conversations, places, rows.
 */
export const pages = statement<RawValue[]>(
  'pages',
  `select ${jsonColumns(unlessLong('m.content'), unlessLong('m.attachments'))},
     case when m.text_bytes > ${LONG_BYTES} then m.text_bytes end, p.page
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     with ordinality as p (user_id, conversation_id, before_seq, rows, page)
   join members me on me.conversation_id = p.conversation_id and me.user_id = p.user_id
   cross join lateral (
     select m.*, ${TEXT_BYTES} as text_bytes from messages m
     where m.conversation_id = p.conversation_id and m.seq < p.before_seq order by m.seq desc limit p.rows
   ) m`,
);

/** Messages with all their text: message, its number among the values. Values: conversations, `seq`s. */
export const messagesAt = statement<RawValue[]>(
  'messages-at',
  `select ${JSON_COLUMNS}, wanted.number
   from unnest($1::bigint[], $2::bigint[]) with ordinality as wanted (conversation_id, seq, number)
   join messages m on m.conversation_id = wanted.conversation_id and m.seq = wanted.seq`,
);

/**
 * When stretches of conversations were first read, up to the first such moment behind each: number of the stretch,
 * `up_to_seq`, `read_at`, in order. Values: conversations, first and last `seq` of each stretch.
 */
export const firstReads = statement<RawValue[]>(
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

/** A moment of first reading: everything up to a `seq` was read then, if not before. */
export interface Moment {
  upToSeq: number;
  readAt: RawValue;
}

/** The JSON of messages, newest first, each with the first moment at or behind it. */
export function pageJson(conversationId: number, page: readonly JsonRow[], moments: readonly Moment[]): string {
  let next = moments.length;
  return page
    .map((row) => {
      const seq = Number(row[1]);
      while (next > 0 && (moments[next - 1]?.upToSeq ?? 0) >= seq) next -= 1;
      return messageJson(row, conversationId, moments[next]?.readAt ?? null);
    })
    .join(',');
}

/** Whether the text of a message of `pages` is not there yet. */
export function isLong(row: JsonRow): boolean {
  return row.at(-2) !== null;
}

/** What of a page from `pages` fits: as much as `cutToSize` leaves of it. */
export function fitting(page: JsonRow[]): JsonRow[] {
  let bytes = 0;
  const end = page.findIndex((row, index) => {
    bytes += bytesOf(row);
    return index > 0 && bytes > PAGE_BYTES;
  });
  return end === -1 ? page : page.slice(0, end);
}

/** What a message takes in an answer, as `MEASURED` says. */
function bytesOf(row: JsonRow): number {
  const [, , , , , content, attachments, , reactions] = row;
  const text = Number(row.at(-2) ?? Buffer.byteLength(content ?? '') + Buffer.byteLength(attachments ?? ''));
  const reacted = reactions === null ? [] : (JSON.parse(reactions) as Reaction[]);
  return ENVELOPE_BYTES + text + REACTION_BYTES * reacted.reduce((sum, { user_ids }) => sum + user_ids.length, 0);
}
