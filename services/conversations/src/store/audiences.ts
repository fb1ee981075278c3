import { statement } from '@vestnik/database';
import { activeConversationOf } from './conversation-row.ts';

/**
 * Reads the active conversations of each named user, and the users and companies that a block of the user, or of the user's
 * company, hides the user from. A user without active conversations has no row.
 */
export const listAudiences = statement<
  { user_id: number; conversation_ids: number[]; hidden_user_ids: number[]; hidden_company_ids: number[] },
  [userIds: readonly number[]]
>(
  'list-audiences',
  `select u.user_id, u.conversation_ids, array(
       select b.blocked_id from blocks b
       where b.is_active and b.blocked_id is not null
         and (b.blocker_id = u.user_id or b.blocker_company_id = p.company_id)
     ) as hidden_user_ids, array(
       select b.blocked_company_id from blocks b
       where b.is_active and b.blocked_company_id is not null
         and (b.blocker_id = u.user_id or b.blocker_company_id = p.company_id)
     ) as hidden_company_ids
   from (
     select m.user_id, array_agg(m.conversation_id order by m.conversation_id) as conversation_ids
     from participants m cross join lateral ${activeConversationOf('m')}
     where m.user_id = any($1::bigint[]) group by m.user_id
   ) u left join people p on p.user_id = u.user_id`,
);
