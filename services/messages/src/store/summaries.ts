import { type RawValue, statement } from '@vestnik/database';
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

/**
 * Pages of several users' conversations, newest activity first: summary, number of the page. Pages and rows come in
 * order: nothing but nested loops is planned here (KEYED_ACCESS). Values: users, activity and id behind which each page
 * begins, or null, rows. `offset 0` has the caller's memberships read first: where a few users are in very many
 * conversations, all conversations in the order of their ids would look cheaper.
 */
export const lists = statement<RawValue[]>(
  'lists',
  `select ${SUMMARY_COLUMNS}, p.page
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     with ordinality as p (user_id, activity, conversation_id, rows, page)
   cross join lateral (
     select c.id, c.seq, c.activity_at, c.version, me.read_seq
     from (select conversation_id, read_seq from members where user_id = p.user_id offset 0) me
     join conversations c on c.id = me.conversation_id
     where p.activity is null
       or (c.activity_at, c.id) < (timestamptz 'epoch' + p.activity * interval '1 microsecond', p.conversation_id)
     order by c.activity_at desc, c.id desc limit p.rows
   ) c
   cross join lateral (select c.read_seq) me
   ${NEWEST}`,
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
