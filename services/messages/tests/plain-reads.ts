import { encodeHistoryCursor, encodeListCursor, type HistoryAsk, type SummaryAsk } from '@vestnik/contracts';
import type { ServiceUnderTest } from './service-under-test.ts';

/** A `timestamptz` as clients see it. */
const iso = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const MESSAGES = `
  select json_build_object(
    'id', m.id, 'conversation_id', m.conversation_id, 'seq', m.seq, 'version', m.version,
    'sender_id', m.sender_id, 'client_message_id', m.client_message_id, 'type', m.type, 'content', m.content,
    'attachments', coalesce(m.attachments, '[]'), 'mentions', coalesce(m.mentions, '[]'),
    'pinned_at', ${iso('m.pinned_at')}, 'reply_to_id', m.reply_to_id,
    'reactions', coalesce((
      select json_agg(json_build_object('emoji', e.emoji, 'user_ids', e.user_ids) order by e.first_at, e.emoji)
      from (
        select emoji, min(created_at) as first_at, json_agg(user_id order by created_at, user_id) as user_ids
        from messages.reactions where message_id = m.id group by emoji
      ) e
    ), '[]'),
    'created_at', ${iso('m.created_at')}, 'edited_at', ${iso('m.edited_at')}, 'deleted_at', ${iso('m.deleted_at')},
    'read_at', (
      select ${iso('min(r.read_at)')} from (
        select f.read_at from messages.first_reads f
        where f.conversation_id = m.conversation_id and f.up_to_seq >= m.seq and f.reader_id is distinct from m.sender_id
        union all
        select s.read_at from messages.second_reads s
        where s.conversation_id = m.conversation_id and s.up_to_seq >= m.seq and s.sender_id = m.sender_id
      ) r
    )
  ) as message
  from messages.messages m
  where m.conversation_id = $1`;

/** Returns what a page of a history has to be, to the byte: all messages are read and the page cut out of them. */
export async function plainHistory({ sql }: ServiceUnderTest, ask: HistoryAsk): Promise<string> {
  const { conversation_id, limit, before_seq, after_seq, offset = 0 } = ask;
  const rows = await sql<{ message: { seq: number } }>(`${MESSAGES} order by m.seq`, [conversation_id]);
  const all = rows.map(({ message }) => message);
  const chosen =
    after_seq === undefined
      ? all
          .filter(({ seq }) => seq < (before_seq ?? Infinity))
          .toReversed()
          .slice(offset)
      : all.filter(({ seq }) => seq > after_seq);
  const messages = chosen.slice(0, limit);
  const last = messages.at(-1)?.seq ?? 0;
  const next = after_seq === undefined ? { before_seq: last } : { after_seq: last };
  return JSON.stringify({ messages, next_cursor: chosen.length > limit ? encodeHistoryCursor(next) : null });
}

const SUMMARIES = `
  select c.id::integer, (extract(epoch from c.activity_at) * 1000000)::float8 as activity, json_build_object(
    'conversation_id', c.id, 'version', c.version, 'last_message_id', m.id, 'last_message_at', ${iso('m.created_at')},
    'last_message_content', m.content,
    'unread_count', (
      select count(*) from messages.messages u
      where u.conversation_id = c.id and u.seq > me.read_seq and u.deleted_at is null and u.sender_id <> me.user_id
    ),
    'mention_count', (
      select count(*) from messages.messages u
      where u.conversation_id = c.id and u.seq > me.read_seq and u.deleted_at is null and u.sender_id <> me.user_id
        and u.mentions is not null
        and (u.mentions::text = '"all"' or u.mentions::jsonb @> to_jsonb(me.user_id))
    ),
    'read_seq', me.read_seq, 'head_seq', c.seq
  ) as summary
  from messages.members me join messages.conversations c on c.id = me.conversation_id
  left join messages.messages m on m.conversation_id = c.id and m.seq = c.seq
  where me.user_id = $1
  order by c.activity_at desc, c.id desc`;

interface PlainSummary {
  id: number;
  activity: number;
  summary: { unread_count: number };
}

/** Returns what a page of a conversation list has to be, to the byte: every unread message is counted. */
export async function plainSummaries({ sql }: ServiceUnderTest, ask: SummaryAsk): Promise<string> {
  const all = await sql<PlainSummary>(SUMMARIES, [ask.user_id]);
  const chosen = ask.conversation_id === undefined ? all : all.filter(({ id }) => id === ask.conversation_id);
  const page = chosen.slice(0, ask.limit);
  const last = page.at(-1);
  const next_cursor = last && chosen.length > ask.limit ? encodeListCursor(last) : null;
  return JSON.stringify({ summaries: page.map(({ summary }) => summary), next_cursor });
}

/** Returns what a count has to be, to the byte. */
export async function plainCount({ sql }: ServiceUnderTest, userId: number): Promise<string> {
  const all = await sql<PlainSummary>(SUMMARIES, [userId]);
  return JSON.stringify({ unread_count: all.reduce((sum, { summary }) => sum + summary.unread_count, 0) });
}
