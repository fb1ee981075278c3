import { statement } from '@vestnik/database';

/** Returns the unread messages over all conversations of each of several users. */
export const unreadOfUsers = statement<[userId: string, count: string], [userIds: readonly number[]]>(
  'count-unread',
  `select u.user_id, (
     select coalesce(sum(n.unread), 0)::bigint
     from members me
     join conversations c on c.id = me.conversation_id
     cross join lateral count_unread(c.id, c.seq, me.user_id, me.read_seq, me.automatic_seq) n
     where me.user_id = u.user_id and c.seq > me.read_seq
   )
   from unnest($1::bigint[]) as u (user_id)`,
);
