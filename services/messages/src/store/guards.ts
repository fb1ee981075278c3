import { statement, writeStatement } from '@vestnik/database';

/** Marks the conversations of users whose sends have to be judged from now on. */
export const guardConversationsOf = writeStatement<never, [userIds: readonly number[]]>(
  'guard-conversations-of',
  `select guard_conversation(c.id) from (
     select distinct conversation_id as id from members where user_id = any($1::bigint[])
   ) of join conversations c on c.id = of.id and not c.is_guarded`,
);

/** Marks the conversations that two users share. */
export const guardSharedConversations = writeStatement<never, [userId: number, otherId: number]>(
  'guard-shared-conversations',
  `select guard_conversation(one.conversation_id)
   from members one join members other on other.conversation_id = one.conversation_id and other.user_id = $2
   where one.user_id = $1`,
);

/** Reads those of the named conversations through which nothing may pass. */
export const findSealed = statement<{ id: number }, [conversationIds: readonly number[]]>(
  'find-sealed',
  'select id from conversations where id = any($1::bigint[]) and is_guarded and is_sealed(id)',
);
