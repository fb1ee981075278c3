import type { RefusalReason } from '@vestnik/contracts';
import { statement, writeStatement } from '@vestnik/database';

/** Marks the conversations of people whose sends have to be judged from now on. */
export const guardConversationsOf = writeStatement<never, [userIds: readonly number[], companyIds: readonly number[]]>(
  'guard-conversations-of',
  `select guard_conversation(c.id) from (
     select m.conversation_id as id, min(p.company_id) as low_id, max(p.company_id) as high_id
     from unnest($1::bigint[], $2::bigint[]) as p (user_id, company_id) join members m using (user_id) group by 1
   ) of
   join conversations c on c.id = of.id and not c.is_guarded
   where c.sole_company_id is null or c.sole_company_id <> of.low_id or of.low_id <> of.high_id`,
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

/** Returns why a member's change of a message may not pass; no row where it may, and for users who are no members. */
export const judgeChange = statement<{ reason: RefusalReason }, [userId: number, messageId: number]>(
  'judge-change',
  `select j.reason
   from messages m
   join conversations c on c.id = m.conversation_id and c.is_guarded
   join members me on me.conversation_id = m.conversation_id and me.user_id = $1
   cross join lateral (select judge_crossing(m.conversation_id, $1, '', false) as reason) j
   where m.id = $2 and j.reason is not null`,
);
