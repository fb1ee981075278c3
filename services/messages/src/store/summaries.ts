import {
  type ConversationSummary,
  EXCERPT_LENGTH,
  firstCharacters,
  type ListPlace,
  type SummaryAsk,
} from '@vestnik/contracts';
import { isoTimeOrNull, type Queries, type RawValue, statement } from '@vestnik/database';

/** A row of `summaries`, as Postgres writes it; `ask` is the number of the ask that it answers. */
export type SummaryRow = readonly [
  conversationId: string,
  lastMessageId: RawValue,
  lastMessageAt: RawValue,
  lastMessageContent: RawValue,
  unreadCount: string,
  activityAt: string,
  version: string,
  ask: string,
  readSeq: RawValue,
  headSeq: string,
  mentionCount: string,
];

/**
 * Pages of several users' conversations, newest activity first. Pages and rows come in order, since nothing but nested
 * loops is planned here (KEYED_ACCESS). A page begins behind an activity and id, or at the newest activity (null). Where one
 * conversation alone is asked for, the first part of the union is not executed; else the second part finds nothing. A user who
 * is invited into a conversation has no marker there, and sees no message of it. A newest message that is hidden from the user is
 * left out.
 */
export const summaries = statement<
  SummaryRow,
  [
    userIds: readonly number[],
    activities: readonly (number | null)[],
    behindIds: readonly (number | null)[],
    onlyIds: readonly (number | null)[],
    rows: readonly number[],
  ]
>(
  'summarize-conversations',
  `select c.id, newest.id, newest.created_at,
     case when newest.deleted_at is null then left(newest.content, ${EXCERPT_LENGTH}) end,
     coalesce(u.unread, 0), c.activity_at, c.version, p.ask, c.read_seq, case when c.read_seq is null then 0 else c.seq end,
     coalesce(n.mentions, 0)
   from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
     with ordinality as p (user_id, activity, behind_id, only_id, rows, ask)
   cross join lateral (
     select c.id, c.seq, c.activity_at, c.version, own.read_seq, own.automatic_seq, own.hidden_seq
     from (
       select conversation_id, read_seq, automatic_seq, hidden_seq from members
       where user_id = p.user_id and p.only_id is null
       union all
       select conversation_id, read_seq, automatic_seq, hidden_seq from members
       where user_id = p.user_id and conversation_id = p.only_id
       union all
       select conversation_id, null, null, null from invitations
       where user_id = p.user_id and (p.only_id is null or conversation_id = p.only_id)
     ) own
     join conversations c on c.id = own.conversation_id
     where p.activity is null
       or (c.activity_at, c.id) < (timestamptz 'epoch' + p.activity * interval '1 microsecond', p.behind_id)
     order by c.activity_at desc, c.id desc limit p.rows
   ) c
   cross join lateral count_unread(c.id, c.seq, p.user_id, c.read_seq, c.automatic_seq) u
   cross join lateral count_mentions(c.id, c.seq, p.user_id, c.read_seq) n
   left join messages newest on newest.conversation_id = c.id and newest.seq = c.seq and c.seq > c.hidden_seq`,
);

/** Reads the rows of several pages, one row more than each shows: it says whether there are more. */
export async function selectSummaries(queries: Queries, asks: readonly SummaryAsk[]): Promise<SummaryRow[][]> {
  const rows = await queries.queryRaw(summaries, [
    asks.map(({ user_id }) => user_id),
    asks.map(({ behind }) => behind?.activity ?? null),
    asks.map(({ behind }) => behind?.id ?? null),
    asks.map(({ conversation_id }) => conversation_id ?? null),
    asks.map(({ limit }) => limit + 1),
  ]);
  const pages = asks.map((): SummaryRow[] => []);
  for (const row of rows) pages[Number(row[7]) - 1]?.push(row);
  return pages;
}

/** Characters of the newest message that a list shows: graphemes, as people count them. */
const CONTENT_LENGTH = 200;

/** Turns a row into the summary that gateways get. */
export function toSummary([
  id,
  messageId,
  at,
  content,
  unread,
  ,
  version,
  ,
  readSeq,
  headSeq,
  mentions,
]: SummaryRow): ConversationSummary {
  return {
    conversation_id: Number(id),
    version: Number(version),
    last_message_id: messageId === null ? null : Number(messageId),
    last_message_at: isoTimeOrNull(at),
    last_message_content: content && firstCharacters(content, CONTENT_LENGTH, EXCERPT_LENGTH),
    unread_count: Number(unread),
    mention_count: Number(mentions),
    read_seq: Number(readSeq),
    head_seq: Number(headSeq),
    ...(readSeq === null && { is_invited: true }),
  };
}

/** Returns the characters that a row takes in an answer, but for its few numbers. */
export function summaryLength([, , , content]: SummaryRow): number {
  return content?.length ?? 0;
}

/** Returns the place behind the conversation of a row. */
export function placeBehind([id, , , , , activityAt]: SummaryRow): ListPlace {
  return { activity: microseconds(activityAt), id: Number(id) };
}

/** Microseconds since 1970 of a `timestamptz` as Postgres writes it in UTC: all its digits count in a cursor. */
function microseconds(time: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}

/** Returns whether the user of a row is invited, and no member yet. */
export function isInvited([, , , , , , , , readSeq]: SummaryRow): boolean {
  return readSeq === null;
}
