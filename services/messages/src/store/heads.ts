import { statement } from '@vestnik/database';

/** Where a conversation ends, and where a user came in: null for a user who is no member. */
export interface Head {
  conversation_id: number;
  seq: number;
  joined_seq: number | null;
  /** Nothing may pass through the conversation. */
  is_sealed: boolean;
}

/** Returns the heads of conversations. */
export const heads = statement<Head, [conversationIds: readonly number[], userId: number | null]>(
  'find-heads',
  `select c.id as conversation_id, c.seq, me.joined_seq, c.is_guarded and is_sealed(c.id) as is_sealed
   from conversations c
   left join members me on me.conversation_id = c.id and me.user_id = $2
   where c.id = any ($1::bigint[])`,
);

/** Returns the heads of those of the named conversations that a user is a member of. Messages up to `hidden_seq` are hidden. */
export const visibleHeads = statement<
  { conversation_id: number; seq: number; hidden_seq: number },
  [userId: number, conversationIds: readonly number[]]
>(
  'find-visible-heads',
  `select c.id as conversation_id, c.seq, me.hidden_seq from members me join conversations c on c.id = me.conversation_id
   where me.user_id = $1 and me.conversation_id = any ($2::bigint[])`,
);
