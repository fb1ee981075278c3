import type { Delivery } from '@vestnik/contracts';
import { statement } from '@vestnik/database';

/** Moves a marker forward; no row: the user is no member. Values: user, conversation, `seq`. */
export const moveMarker = statement<{ up_to_seq: number; read_at: string | null; unread_count: number }>(
  'mark-read',
  'select * from mark_read($1, $2, $3)',
);

/** How many of the named messages are in a conversation, and the furthest of them. Values: messages, conversation. */
export const newestOf = statement<{ found: number; seq: number | null }>(
  'newest-of',
  'select count(*) as found, max(seq) as seq from messages where id = any ($1::bigint[]) and conversation_id = $2',
);

/** What became of one delivery. */
export interface MovedDelivery extends Delivery {
  /** False when somebody else holds the marker. */
  moved: boolean;
  /** The conversation has more members than was asked about; known of a marker that moved. */
  is_large: boolean;
}

/** Moves delivered markers. Values: deliveries as JSON, members beyond which a conversation is large. */
export const moveDelivered = statement<MovedDelivery>('mark-delivered', 'select * from mark_delivered($1::json, $2)');

/** Who wrote in a stretch: conversation, `seq` behind which it begins, `seq` with which it ends. */
export const sendersOfRange = statement<{ sender_id: number }>(
  'senders-of-range',
  `select distinct sender_id from messages
   where conversation_id = $1 and seq > $2 and seq <= $3`,
);

/**
 * Which of the named users have read up to a place or are no longer there to read it, and which have it on a device.
 * Values: conversation, `seq`, users.
 */
export const readersOf = statement<{ user_id: number; has_read: boolean; has_it: boolean }>(
  'find-readers',
  `select u.user_id, me.user_id is null or me.read_seq >= $2 as has_read, coalesce(me.delivered_seq >= $2, false) as has_it
   from unnest($3::bigint[]) as u (user_id)
   left join members me on me.conversation_id = $1 and me.user_id = u.user_id`,
);
