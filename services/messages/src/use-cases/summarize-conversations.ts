import {
  type ConversationSummary,
  decodeCursor,
  type EndpointData,
  encodeCursor,
  type messagesEndpoints,
} from '@vestnik/contracts';
import { isoTimeOrNull, statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';
import { refreshMembership } from './refresh-membership.ts';

interface SummaryRow {
  conversation_id: number;
  activity_us: number;
  last_message_id: number | null;
  last_message_at: string | null;
  last_message_content: string | null;
  unread_count: number;
}

/** Joins to every conversation its newest message, and the unread count of the one who asks. */
const SUMMARY = `
  select c.id as conversation_id, (extract(epoch from c.activity_at) * 1000000)::bigint as activity_us,
    newest.id as last_message_id, newest.created_at as last_message_at,
    case when newest.deleted_at is null then newest.content end as last_message_content,
    unread_of(c.id, c.seq, c.read_seq) as unread_count
  from mine c
  left join messages newest on newest.conversation_id = c.id and newest.seq = c.seq
  order by c.activity_at desc, c.id desc`;

const MINE = `
  select c.id, c.seq, c.activity_at, me.read_seq
  from members me join conversations c on c.id = me.conversation_id
  where me.user_id = $1`;

/** A page of a user's conversations. Values: user, activity and id behind which the page begins, or null, rows. */
export const summariesPage = statement<SummaryRow>(
  'summaries-page',
  `with mine as (
     ${MINE} and ($2::bigint is null
       or (c.activity_at, c.id) < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3::bigint))
     order by c.activity_at desc, c.id desc limit $4
   ) ${SUMMARY}`,
);
const named = statement<SummaryRow>(
  'summaries-named',
  `with mine as (${MINE} and me.conversation_id = any ($2::bigint[])) ${SUMMARY}`,
);

/** What the conversation list shows of messages, newest activity first. */
export async function summarizeConversations(
  context: MessagesContext,
  input: EndpointData<typeof messagesEndpoints.summaries>,
): Promise<{ summaries: ConversationSummary[]; next_cursor: string | null }> {
  if (input.conversation_ids) {
    return { summaries: await summarizeNamed(context, input.user_id, input.conversation_ids), next_cursor: null };
  }
  const [activity, id] = input.cursor === undefined ? [null, null] : decodeCursor(input.cursor, 2);
  const rows = await context.database.query(summariesPage, [input.user_id, activity, id, input.limit + 1]);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > input.limit && last ? encodeCursor([last.activity_us, last.conversation_id]) : null;
  return { summaries: shown.map(toSummary), next_cursor: nextCursor };
}

async function summarizeNamed(
  context: MessagesContext,
  userId: number,
  conversationIds: number[],
): Promise<ConversationSummary[]> {
  const ask = () => context.database.query(named, [userId, conversationIds]);
  let rows = await ask();
  if (rows.length < new Set(conversationIds).size) {
    const known = new Set(rows.map((row) => row.conversation_id));
    await refreshMembership(
      context,
      conversationIds.filter((id) => !known.has(id)),
    );
    rows = await ask();
  }
  return rows.map(toSummary);
}

function toSummary({ activity_us: _, ...row }: SummaryRow): ConversationSummary {
  return { ...row, last_message_at: isoTimeOrNull(row.last_message_at) };
}
