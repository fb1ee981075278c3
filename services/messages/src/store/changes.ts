import { type Queries, statement } from '@vestnik/database';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.ts';

/** A conversation of a user that has changed. */
export interface ChangedConversation {
  conversation_id: number;
  /** The user came into it since then. */
  is_new: boolean;
  /** The user is no longer in it, and it had this version then; null for a conversation that the user is in. */
  removed_version: number | null;
}

/** Finds the conversations of a user that have changed since a transaction, by id behind `afterId`. */
export const findChangedConversations = statement<
  ChangedConversation,
  [userId: number, since: number, afterId: number, limit: number]
>('find-changed-conversations', 'select * from find_changed_conversations($1, $2, $3, $4)');

/** Finds the people who look different since a transaction, among those whom a user's answers have, by id behind `afterId`. */
export const findChangedPeople = statement<
  { user_id: number },
  [userId: number, since: number, afterId: number, limit: number]
>('find-changed-people', 'select user_id from find_changed_people($1, $2, $3, $4)');

/** SQL: whether a row was written since the transaction of a parameter, as in functions/find-changed-conversations.sql. */
const isSince = (xmin: string, since: string) =>
  `age(${xmin}) between 0 and age((${since}::bigint % 4294967296)::text::xid)`;

/**
 * The messages of a user's conversations that are new or changed since a transaction, without those that are hidden: the newest by `seq`, `rows` of each at most. Their
 * last column is the number of the conversation. New messages are the last ones of a conversation, since they are stored in the
 * order of `seq`.
 */
const changedMessages = statement<
  MessageRow,
  [conversationIds: readonly number[], since: number, rows: number, userId: number]
>(
  'find-changed-messages',
  `select ${MESSAGE_COLUMNS}, p.page
   from unnest($1::bigint[]) with ordinality as p (conversation_id, page)
   join members me on me.conversation_id = p.conversation_id and me.user_id = $4
   cross join lateral (
     select s.seq from (
       select n.seq from (
         select t.seq, t.xmin as wrote from messages t where t.conversation_id = p.conversation_id order by t.seq desc limit $3
       ) n where ${isSince('n.wrote', '$2')}
       union
       select t.seq from messages t
       where t.conversation_id = p.conversation_id and t.changed_xid >= $2::text::xid8
         and t.changed_xid < pg_snapshot_xmax(pg_current_snapshot())
     ) s where s.seq > me.hidden_seq order by s.seq desc limit $3
   ) s
   join messages m on m.conversation_id = p.conversation_id and m.seq = s.seq`,
);

/** Reads the new and changed messages of a user's conversations, newest first. */
export async function selectChangedMessages(
  queries: Queries,
  userId: number,
  conversationIds: readonly number[],
  since: number,
  rows: number,
): Promise<MessageRow[][]> {
  const pages = conversationIds.map((): MessageRow[] => []);
  for (const row of await queries.queryRaw(changedMessages, [conversationIds, since, rows, userId])) {
    pages[Number(row.at(-1)) - 1]?.push(row);
  }
  return pages;
}

/**
 * The markers of conversations: all of a conversation that is new, else those that moved. Of a large conversation the user's own
 * marker alone. `is_unknown`: the client has not been told about this member.
 */
export const changedMarkers = statement<
  { conversation_id: number; user_id: number; read_seq: number; delivered_seq: number; is_unknown: boolean },
  [conversationIds: readonly number[], areNew: readonly boolean[], since: number, userId: number]
>(
  'find-changed-markers',
  `select p.conversation_id, m.user_id, m.read_seq, greatest(m.read_seq, m.delivered_seq) as delivered_seq,
     not c.is_large and (p.is_new or m.joined_xid >= $3::text::xid8) as is_unknown
   from unnest($1::bigint[], $2::boolean[]) as p (conversation_id, is_new)
   join conversations c on c.id = p.conversation_id
   cross join lateral (
     select o.user_id, o.read_seq, o.delivered_seq, o.joined_xid, o.xmin as wrote from members o
     where o.conversation_id = c.id and not c.is_large
     union all
     select o.user_id, o.read_seq, o.delivered_seq, o.joined_xid, o.xmin from members o
     where o.conversation_id = c.id and o.user_id = $4 and c.is_large
   ) m
   where p.is_new or ${isSince('m.wrote', '$3')}
   order by p.conversation_id, m.user_id`,
);

/** A step of reading: messages up to a `seq` that were not read before, and are not of the reader, were read then. */
export interface ReadStep {
  conversation_id: number;
  up_to_seq: number;
  read_at: string;
  /** The step does not count for this user's own messages; null where the statement found no such user. */
  user_id: number | null;
  /** Another user, where messages of `user_id` were read by this step too. */
  other_user_id: number | null;
}

/** A conversation with more steps than this since a transaction is taken as new. */
export const MOST_STEPS = 50;

/**
 * The steps of reading since a transaction, in their order: of each kind one more than `MOST_STEPS` for a conversation at most. A
 * step that counts for the messages of all senders names no reader. Then a member stands for it who has read that far and did not
 * send its last message. If some of its messages are this member's own, the last sender stands for the step too.
 */
export const changedReads = statement<ReadStep, [conversationIds: readonly number[], since: number]>(
  'find-changed-reads',
  `select p.conversation_id, f.up_to_seq, f.read_at, f.user_id, f.other_user_id
   from unnest($1::bigint[]) as p (conversation_id)
   join conversations c on c.id = p.conversation_id
   cross join lateral (
     select r.up_to_seq, r.read_at, coalesce(r.reader_id, guess.user_id) as user_id,
       case when r.reader_id is null and exists (
         select from messages t
         where t.conversation_id = c.id and t.seq <= r.up_to_seq and t.sender_id = guess.user_id
           and t.seq > greatest(r.up_to_seq - 1000, coalesce((
             select e.up_to_seq from first_reads e
             where e.conversation_id = c.id and e.up_to_seq < r.up_to_seq order by e.up_to_seq desc limit 1
           ), 0))
       ) then last.sender_id end as other_user_id
     from (
       select s.up_to_seq, s.read_at, s.reader_id, s.xmin as wrote from first_reads s
       where s.conversation_id = c.id order by s.up_to_seq desc limit ${MOST_STEPS + 1}
     ) r
     join messages last on last.conversation_id = c.id and last.seq = r.up_to_seq
     left join lateral (
       select coalesce(
         (select m.user_id from members m
          where m.conversation_id = c.id and m.user_id <> last.sender_id and m.read_seq >= r.up_to_seq limit 1),
         (select m.user_id from members m where m.conversation_id = c.id and m.user_id <> last.sender_id limit 1)
       ) as user_id
     ) guess on r.reader_id is null
     where ${isSince('r.wrote', '$2')}
     union all
     select r.up_to_seq, r.read_at, (
         select m.user_id from members m where m.conversation_id = c.id and m.user_id <> r.sender_id limit 1
       ), null
     from (
       select s.up_to_seq, s.read_at, s.sender_id, s.xmin as wrote from second_reads s
       where s.conversation_id = c.id and c.automatic_seq > 0 order by s.up_to_seq desc limit ${MOST_STEPS + 1}
     ) r
     where ${isSince('r.wrote', '$2')}
   ) f
   order by p.conversation_id, f.read_at, f.up_to_seq`,
);
