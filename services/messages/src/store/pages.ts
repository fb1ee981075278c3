import { type RawValue, statement } from '@vestnik/database';
import { ENVELOPE_LENGTH } from './answer-size.ts';
import { JSON_COLUMNS, type JsonRow, messageJson } from './message-json.ts';

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

/** Characters that a message takes in a page. */
export function rowLength([, , , , , content, attachments, , reactions]: JsonRow): number {
  return (content?.length ?? 0) + (attachments?.length ?? 0) + (reactions?.length ?? 0) + ENVELOPE_LENGTH;
}
