import { statement } from '@vestnik/database';

/**
 * What is unread of a conversation `c` behind the marker of a member `me`: as the function `unread_of` says, written
 * out, since a call of it for each row costs more than the row.
 */
export const UNREAD = `
  case when c.seq <= me.read_seq then 0 else c.seq - me.read_seq - (
    select count(*) from messages t
    where t.conversation_id = c.id and t.seq > me.read_seq and t.deleted_at is not null
  ) end`;

/** Unread over all conversations of each of several users: user, count. Values: users. */
export const unreadOfUsers = statement<[userId: string, count: string]>(
  'count-unread',
  `select u.user_id, (
     select coalesce(sum(${UNREAD}), 0)::bigint
     from members me join conversations c on c.id = me.conversation_id
     where me.user_id = u.user_id and c.seq > me.read_seq
   )
   from unnest($1::bigint[]) as u (user_id)`,
);
