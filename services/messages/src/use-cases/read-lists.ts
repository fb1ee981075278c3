import { encodeCursor, type Read } from '@vestnik/contracts';
import { type RawValue, statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { textJson, timeJson } from '../store/message-json.ts';
import { UNREAD } from '../store/unread.ts';

/** Columns that say of a conversation `c` and a member `me` of it what the conversation list shows. */
export const SUMMARY_COLUMNS = `
  c.id, newest.id, newest.created_at, case when newest.deleted_at is null then newest.content end, ${UNREAD},
  c.activity_at, c.version`;

/** Joins its newest message to a conversation `c`. */
export const NEWEST = 'left join messages newest on newest.conversation_id = c.id and newest.seq = c.seq';

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

/** A page of somebody's conversations: whose, behind which activity (microseconds since 1970) and id, how many. */
export type ListRead = Omit<Extract<Read, { kind: 'list' }>, 'cursor' | 'kind'> & {
  behind: { activity: number; id: number } | undefined;
};

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

/** Characters of content in one answer; in JSON one takes at most 6 bytes, and the bus carries 8 MB. */
const MAX_LENGTH = 1_200_000;

/** The same for lists that travel with other reads. */
const MAX_LENGTH_TOGETHER = 300_000;

/** Cuts a page that would be too large to carry, after one conversation at least. */
function cutToSize(page: SummaryRow[]): SummaryRow[] {
  let length = 0;
  const end = page.findIndex((row, index) => {
    length += row[3]?.length ?? 0;
    return index > 0 && length > MAX_LENGTH;
  });
  return end === -1 ? page : page.slice(0, end);
}

/**
 * Pages of conversation lists in one statement, as JSON, in the order asked. One that travels alone is cut where it would
 * be too large; of those that travel with other reads, nothing for the ones that are.
 */
export async function readLists(
  { database }: MessagesContext,
  reads: readonly ListRead[],
  way: 'alone' | 'together',
): Promise<string[]> {
  const rows = await database.queryRaw(lists, [
    reads.map((read) => read.user_id),
    reads.map((read) => read.behind?.activity ?? null),
    reads.map((read) => read.behind?.id ?? null),
    reads.map((read) => read.limit + 1),
  ]);
  const found = reads.map((): SummaryRow[] => []);
  for (const row of rows as SummaryRow[]) found[Number(row.at(-1)) - 1]?.push(row);
  let length = 0;
  return found.map((page, index) => {
    const wanted = page.slice(0, reads[index]?.limit);
    const shown = way === 'alone' ? cutToSize(wanted) : wanted;
    length += shown.reduce((sum, row) => sum + (row[3]?.length ?? 0), 0);
    if (way === 'together' && length > MAX_LENGTH_TOGETHER) return '';
    const last = shown.at(-1);
    const cursor =
      page.length > shown.length && last ? `"${encodeCursor([microseconds(last[5]), Number(last[0])])}"` : null;
    return `{"summaries":[${shown.map(summaryJson).join(',')}],"next_cursor":${cursor}}`;
  });
}

/** The JSON of a `ConversationSummary`, straight from the text that Postgres sends. */
export function summaryJson([id, messageId, at, content, unread, , version]: SummaryRow): string {
  return (
    `{"conversation_id":${id},"version":${version},"last_message_id":${messageId},"last_message_at":${timeJson(at)},` +
    `"last_message_content":${textJson(content)},"unread_count":${unread}}`
  );
}

/** Microseconds since 1970 of a `timestamptz` as Postgres writes it in UTC: all its digits count in a cursor. */
function microseconds(time: string): number {
  const [, fraction = ''] = /\.(\d+)/.exec(time) ?? [];
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}
