import type { EndpointOutput, messagesEndpoints } from '@vestnik/contracts';
import { statement } from '@vestnik/database';

/** Where one conversation ends, and where a user came in. */
export type Head = EndpointOutput<typeof messagesEndpoints.findHeads>['heads'][number];

/** Where conversations end, and where a user came in, null for who is no member. Values: conversations, user or null. */
export const heads = statement<Head>(
  'find-heads',
  `select c.id as conversation_id, c.seq, me.joined_seq
   from conversations c
   left join members me on me.conversation_id = c.id and me.user_id = $2
   where c.id = any ($1::bigint[])`,
);

/** Where those of the named conversations end that a user is a member of. Values: user, conversations. */
export const visibleHeads = statement<{ conversation_id: number; seq: number }>(
  'sync-heads',
  `select c.id as conversation_id, c.seq from members me join conversations c on c.id = me.conversation_id
   where me.user_id = $1 and me.conversation_id = any ($2::bigint[])`,
);
