import type { Message } from '@vestnik/contracts';
import { type Queries, type RawValue, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './message-row.ts';

/** Messages of one conversation, some of which a search may look for. Their ids ascend with `seq`. */
export interface CandidateRange {
  conversation_id: number;
  first_seq: number;
  last_seq: number;
  /** The messages have no smaller id. */
  first_id: number;
  /** The messages have no larger id. */
  last_id: number;
}

/** A condition of the index. */
export interface IndexCondition {
  /** Sets of trigrams, as Postgres writes arrays, of which a block has to contain one; null where any block may do. */
  trigrams: string[] | null;
  /** Patterns, of which the words of a tail have to fit one. */
  patterns: readonly string[];
}

/** The messages that a search looks at, whatever their words. */
export interface SearchScope {
  user_id: number;
  conversation_id?: number | undefined;
  sender_id?: number | undefined;
  /** Messages that mention this user, or all. */
  mentions?: number | undefined;
  /** Stored at this moment or later. */
  since?: string | undefined;
  /** Stored before this moment. */
  until?: string | undefined;
}

const tails = statement<
  CandidateRange,
  [
    userId: number,
    conversationId: number | undefined,
    beforeId: number,
    since: string | undefined,
    until: string | undefined,
    conditions: string,
  ]
>('find-search-tails', 'select * from find_search_tails($1, $2, $3, $4, $5, $6::json)');

const blocks = statement<
  CandidateRange,
  [
    userId: number,
    conversationId: number | undefined,
    beforeId: number,
    afterId: number,
    lastBelow: number,
    since: string | undefined,
    until: string | undefined,
    conditions: string,
    maxBlocks: number,
  ]
>('find-search-blocks', 'select * from find_search_blocks($1, $2, $3, $4, $5, $6, $7, $8::json, $9)');

/**
 * The undeleted texts of ranges, and the id with which each range begins. `id + 0` keeps the planner from the index by id, which
 * would read the messages of all conversations. Of texts in plain letters, only those that fit a pattern leave the database: each
 * text costs this thread as much as it costs there.
 */
const candidates = statement<
  [range: string, isFirst: string, id: string, content: RawValue, attachments: RawValue],
  [
    conversationIds: readonly number[],
    firstSeqs: readonly number[],
    lastSeqs: readonly number[],
    beforeId: number,
    senderId: number | undefined,
    since: string | undefined,
    until: string | undefined,
    withAttachments: boolean,
    mentions: number | undefined,
    patterns: readonly string[],
  ]
>(
  'find-search-candidates',
  `select r.n, m.seq = r.first_seq, m.id, case when m.fits then m.content end, case when m.fits and $8 then m.attachments end
   from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality as r (conversation_id, first_seq, last_seq, n)
   cross join lateral (
     select m.seq, m.id, m.content, m.attachments,
       m.deleted_at is null and m.content is not null and m.id + 0 < $4 and ($5::bigint is null or m.sender_id = $5)
         and (case
           when octet_length(m.content) = length(m.content) then lower(m.content) like any ($10::text[])
           when m.content ~ '^[\t\n\r -~А-яЁё–—…«»“”„’№]*$' then replace(lower(m.content), 'ё', 'е') like any ($10::text[])
           else true
         end)
         and ($9::bigint is null or m.mentions::jsonb @> to_jsonb($9::bigint) or m.mentions::jsonb = '"all"')
         and ($6::timestamptz is null or m.created_at >= $6) and ($7::timestamptz is null or m.created_at < $7) as fits
     from messages m
     where m.conversation_id = r.conversation_id and m.seq between r.first_seq and r.last_seq
   ) m
   where m.fits or m.seq = r.first_seq`,
);

/** Undeleted messages by id, of conversations that the reader is in at this moment, newest first. */
const visible = statement<MessageRow, [userId: number, messageIds: readonly number[]]>(
  'find-visible-messages',
  `select ${MESSAGE_COLUMNS}, m.conversation_id, r.read_at
   from unnest($2::bigint[]) as i (id)
   join messages m on m.id = i.id
   join members me on me.conversation_id = m.conversation_id and me.user_id = $1 and me.hidden_seq < m.seq
   cross join lateral read_at_of(m.conversation_id, m.seq, m.sender_id) r
   where m.deleted_at is null order by m.id desc`,
);

/** Returns the tails that may fulfil all conditions, and the messages that are not in the index yet, in no particular order. */
export function findTails(
  queries: Queries,
  { user_id, conversation_id, since, until }: SearchScope,
  conditions: readonly IndexCondition[],
  beforeId: number,
): Promise<CandidateRange[]> {
  return queries.query(tails, [user_id, conversation_id, beforeId, since, until, JSON.stringify(conditions)]);
}

/** Which blocks to find. */
export interface BlocksAsk {
  conditions: readonly IndexCondition[];
  /** Blocks with messages below this id. */
  beforeId: number;
  /** Blocks whose last message lies behind this id, and below `lastBelow`. */
  afterId: number;
  lastBelow: number;
  limit: number;
}

/** Returns blocks that may fulfil all conditions, `limit` at most, by their last id, newest first. */
export function findBlocks(
  queries: Queries,
  { user_id, conversation_id, since, until }: SearchScope,
  { conditions, beforeId, afterId, lastBelow, limit }: BlocksAsk,
): Promise<CandidateRange[]> {
  const list = JSON.stringify(conditions);
  return queries.query(blocks, [user_id, conversation_id, beforeId, afterId, lastBelow, since, until, list, limit]);
}

/** A text that may be what a search looks for. */
export interface Candidate {
  id: number;
  content: string;
  /** JSON of the attachments; null for none, and where they were not asked for. */
  attachments: RawValue;
}

/** Which texts of ranges to read. */
export interface CandidatesAsk {
  /** Those of messages before this one. */
  beforeId: number;
  withAttachments: boolean;
  /** A text in plain letters has to have one of these parts, in lower case and with ё as е. Letters and digits alone. */
  parts: readonly string[];
}

/** The texts of ranges. */
export interface Candidates {
  texts: Candidate[];
  /** The id of the first message of each range, in the order of the ranges; one behind the range where it is not known. */
  firstIds: number[];
}

/** Returns the texts of ranges that lie in the scope of a search, below an id, in no particular order. */
export async function readCandidates(
  queries: Queries,
  { sender_id, mentions, since, until }: SearchScope,
  ranges: readonly CandidateRange[],
  { beforeId, withAttachments, parts }: CandidatesAsk,
): Promise<Candidates> {
  const rows = await queries.queryRaw(candidates, [
    ranges.map(({ conversation_id }) => conversation_id),
    ranges.map(({ first_seq }) => first_seq),
    ranges.map(({ last_seq }) => last_seq),
    beforeId,
    sender_id,
    since,
    until,
    withAttachments,
    mentions,
    parts.map((part) => `%${part}%`),
  ]);
  const texts: Candidate[] = [];
  const firstIds = ranges.map(({ last_id }) => last_id + 1);
  for (const [range, isFirst, id, content, attachments] of rows) {
    if (isFirst === 't') firstIds[Number(range) - 1] = Number(id);
    if (content !== null) texts.push({ id: Number(id), content, attachments });
  }
  return { texts, firstIds };
}

/** Returns the undeleted messages among the named that a user may see now, newest first. */
export async function visibleMessages(
  queries: Queries,
  userId: number,
  messageIds: readonly number[],
): Promise<Message[]> {
  const rows = await queries.queryRaw(visible, [userId, messageIds]);
  return rows.map((row) => toMessage(row, Number(row.at(-2)), row.at(-1) ?? null));
}
