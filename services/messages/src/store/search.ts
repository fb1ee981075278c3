import type { Message } from '@vestnik/contracts';
import { type Queries, type RawValue, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './message-row.ts';

/** A range of messages in which some that a search looks for may be. */
export interface CandidateRange {
  conversation_id: number;
  first_seq: number;
  last_seq: number;
  last_id: number;
}

/** A condition of the index, as `find_search_ranges` takes it. */
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
  /** Stored at this moment or later. */
  since?: string | undefined;
  /** Stored before this moment. */
  until?: string | undefined;
}

const ranges = statement<
  CandidateRange,
  [
    userId: number,
    conversationId: number | undefined,
    beforeId: number,
    lastBelow: number,
    since: string | undefined,
    until: string | undefined,
    conditions: string,
    maxRanges: number,
  ]
>('find-search-ranges', 'select * from find_search_ranges($1, $2, $3, $4, $5, $6, $7::json, $8)');

/**
 * Undeleted texts of ranges, of conversations that the reader is in at this moment. `id + 0` keeps the planner from the index
 * by id, which would read the messages of all conversations.
 */
const candidates = statement<
  [id: string, content: string, attachments: RawValue],
  [
    userId: number,
    conversationIds: readonly number[],
    firstSeqs: readonly number[],
    lastSeqs: readonly number[],
    beforeId: number,
    afterId: number,
    senderId: number | undefined,
    since: string | undefined,
    until: string | undefined,
    withAttachments: boolean,
  ]
>(
  'find-search-candidates',
  `select m.id, m.content, case when $10 then m.attachments end
   from unnest($2::bigint[], $3::bigint[], $4::bigint[]) as r (conversation_id, first_seq, last_seq)
   join members me on me.conversation_id = r.conversation_id and me.user_id = $1
   cross join lateral (
     select m.id, m.content, m.attachments from messages m
     where m.conversation_id = r.conversation_id and m.seq between greatest(r.first_seq, me.hidden_seq + 1) and r.last_seq
       and m.deleted_at is null and m.content is not null and m.id + 0 < $5 and m.id + 0 > $6
       and ($7::bigint is null or m.sender_id = $7)
       and ($8::timestamptz is null or m.created_at >= $8) and ($9::timestamptz is null or m.created_at < $9)
   ) m`,
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

/** Which ranges to find. */
export interface RangesAsk {
  conditions: readonly IndexCondition[];
  /** Ranges with messages below this id. */
  beforeId: number;
  /** Ranges whose last message is below this id. */
  lastBelow: number;
  limit: number;
}

/** Returns ranges that may fulfil all conditions, `limit` at most, by their last id, newest first. */
export function findRanges(
  queries: Queries,
  { user_id, conversation_id, since, until }: SearchScope,
  { conditions, beforeId, lastBelow, limit }: RangesAsk,
): Promise<CandidateRange[]> {
  const list = JSON.stringify(conditions);
  return queries.query(ranges, [user_id, conversation_id, beforeId, lastBelow, since, until, list, limit]);
}

/** A text that may be what a search looks for. */
export interface Candidate {
  id: number;
  content: string;
  /** JSON of the attachments; null for none, and where they were not asked for. */
  attachments: RawValue;
}

/** Which texts of ranges to read: those of messages behind an id and before another. */
export interface CandidatesAsk {
  ranges: readonly CandidateRange[];
  beforeId: number;
  afterId: number;
  withAttachments: boolean;
}

/** Returns the texts of ranges that lie in the scope of a search, in no particular order. */
export async function readCandidates(
  queries: Queries,
  { user_id, sender_id, since, until }: SearchScope,
  { ranges: own, beforeId, afterId, withAttachments }: CandidatesAsk,
): Promise<Candidate[]> {
  const rows = await queries.queryRaw(candidates, [
    user_id,
    own.map(({ conversation_id }) => conversation_id),
    own.map(({ first_seq }) => first_seq),
    own.map(({ last_seq }) => last_seq),
    beforeId,
    afterId,
    sender_id,
    since,
    until,
    withAttachments,
  ]);
  return rows.map(([id, content, attachments]) => ({ id: Number(id), content, attachments }));
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
