import { type RawValue, statement } from '@vestnik/database';
import { PAGE_BYTES } from './answer-size.ts';
import { textJson, timeJson } from './message-json.ts';
import { UNREAD } from './unread.ts';

/** Columns that say of a conversation `c` and a member `me` of it what the conversation list shows. */
const SUMMARY_COLUMNS = `
  c.id, newest.id, newest.created_at, case when newest.deleted_at is null then newest.content end, ${UNREAD},
  c.activity_at, c.version`;

/** Joins its newest message to a conversation `c`. */
const NEWEST = 'left join messages newest on newest.conversation_id = c.id and newest.seq = c.seq';

/** A row that begins with `SUMMARY_COLUMNS`. */
export type SummaryRow = [
  conversationId: string,
  lastMessageId: RawValue,
  lastMessageAt: RawValue,
  lastMessageContent: RawValue,
  unreadCount: string,
  activityAt: string,
  version: string,
  ...RawValue[],
];

/** What a summary adds to its content, generously. */
const SUMMARY_BYTES = 250;

/**
 * Pages of several users' conversations, newest activity first: summary, whether the page ends before it, number of the
 * page. A page ends where it would be too long to travel with others, after one conversation at least; a content behind its
 * end is neither read nor sent. Pages and rows come in order: nothing but nested loops is planned here (KEYED_ACCESS).
 * Values: users, activity and id behind which each page begins, or null, rows. `offset 0` has the caller's memberships read
 * first: where a few users are in very many conversations, all conversations in the order of their ids would look cheaper.
 */
export const lists = statement<RawValue[]>(
  'lists',
  `select ${SUMMARY_COLUMNS}, c.is_beyond, p.page
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     with ordinality as p (user_id, activity, conversation_id, rows, page)
   cross join lateral (
     select *, bytes_so_far > ${PAGE_BYTES} and bytes_so_far > bytes as is_beyond
     from (
       select *, sum(bytes) over (order by activity_at desc, id desc rows unbounded preceding) as bytes_so_far
       from (
         select c.*, newest.id as newest_id, newest.created_at, newest.content, newest.deleted_at,
           ${SUMMARY_BYTES} + coalesce(octet_length(newest.content), 0) as bytes
         from (
           select c.id, c.seq, c.activity_at, c.version, me.read_seq
           from (select conversation_id, read_seq from members where user_id = p.user_id offset 0) me
           join conversations c on c.id = me.conversation_id
           where p.activity is null
             or (c.activity_at, c.id) < (timestamptz 'epoch' + p.activity * interval '1 microsecond', p.conversation_id)
           order by c.activity_at desc, c.id desc limit p.rows
         ) c
         ${NEWEST}
       ) c
     ) c
   ) c
   cross join lateral (select c.read_seq) me
   cross join lateral (
     select c.newest_id as id, c.created_at, c.deleted_at, case when not c.is_beyond then c.content end as content
   ) newest`,
);

/** Those of the named conversations that a user is in, newest activity first. Values: user, conversations. */
export const summariesNamed = statement<RawValue[]>(
  'summaries-named',
  `select ${SUMMARY_COLUMNS}
   from members me join conversations c on c.id = me.conversation_id
   ${NEWEST}
   where me.user_id = $1 and me.conversation_id = any ($2::bigint[])
   order by c.activity_at desc, c.id desc`,
);

/** The JSON of a `ConversationSummary`, straight from the text that Postgres sends. */
export function summaryJson([id, messageId, at, content, unread, , version]: SummaryRow): string {
  return (
    `{"conversation_id":${id},"version":${version},"last_message_id":${messageId},"last_message_at":${timeJson(at)},` +
    `"last_message_content":${textJson(content)},"unread_count":${unread}}`
  );
}

/** Microseconds since 1970 of a `timestamptz` as Postgres writes it in UTC: all its digits count in a cursor. */
export function microseconds(time: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}
