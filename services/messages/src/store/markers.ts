import type { Delivery } from '@vestnik/contracts';
import { statement, writeStatement } from '@vestnik/database';

/** Moves a read marker forward. No row: the user is no member. */
export const moveMarker = writeStatement<
  { up_to_seq: number; read_at: string | null; unread_count: number; announced_seq: number | null },
  [userId: number, conversationId: number, upToSeq: number]
>('mark-read', 'select * from mark_read($1, $2, $3)');

/** Returns the markers of the named users that are members of a conversation. Read messages are delivered. */
export const findMarkers = statement<
  { user_id: number; read_seq: number; delivered_seq: number },
  [conversationId: number, userIds: readonly number[]]
>(
  'find-markers',
  `select user_id, read_seq, greatest(read_seq, delivered_seq) as delivered_seq
   from members where conversation_id = $1 and user_id = any ($2::bigint[])`,
);

/** Returns how many of the named messages are in a conversation behind a `seq`, and the highest `seq` among them. */
export const newestOf = statement<
  { found: number; seq: number | null },
  [messageIds: readonly number[], conversationId: number, hiddenSeq: number]
>(
  'find-newest',
  `select count(*) as found, max(seq) as seq from messages
   where id = any ($1::bigint[]) and conversation_id = $2 and seq > $3`,
);

/** The outcome of one delivery receipt. */
export interface MarkedDelivery extends Delivery {
  /** False when another transaction holds the marker. */
  moved: boolean;
  /** The conversation has more members than was asked about; known of a marker that moved. */
  is_large: boolean;
}

/** Moves delivered markers. A conversation is large with more members than `small`. */
export const moveDelivered = writeStatement<MarkedDelivery, [deliveries: string, small: number]>(
  'mark-delivered',
  'select * from mark_delivered($1::json, $2)',
);

/** Returns the senders of a range. */
export const sendersOfRange = statement<
  { sender_id: number },
  [conversationId: number, afterSeq: number, upToSeq: number]
>(
  'find-senders',
  `select distinct sender_id from messages
   where conversation_id = $1 and seq > $2 and seq <= $3`,
);

/** Returns of each named user: read up to a `seq`, or no longer a member; and whether one of the user's devices has it. */
export const readersOf = statement<
  { user_id: number; has_read: boolean; has_it: boolean },
  [conversationId: number, seq: number, userIds: readonly number[]]
>(
  'find-readers',
  `select u.user_id, case when me.user_id is not null then me.read_seq >= $2 else not exists (
       select from invitations i where i.conversation_id = $1 and i.user_id = u.user_id
     ) end as has_read, coalesce(me.delivered_seq >= $2, false) as has_it
   from unnest($3::bigint[]) as u (user_id)
   left join members me on me.conversation_id = $1 and me.user_id = u.user_id`,
);
