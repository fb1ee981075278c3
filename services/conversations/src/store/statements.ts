import type { KeptCreation } from '@vestnik/contracts';
import { statement, writeStatement } from '@vestnik/database';
import { isBlockedBy } from './blocks.ts';
import { activeConversationOf, CONVERSATION_COLUMNS, type ConversationRow } from './conversation-row.ts';

/** Reads conversations, whether or not the caller is in them. */
export const copyConversations = statement<ConversationRow, [ids: readonly number[]]>(
  'copy-conversations',
  `select ${CONVERSATION_COLUMNS} from conversations c where c.id = any($1::bigint[])`,
);

/**
 * Reads, for pairs of a user and a conversation, those whose user is in the conversation or invited into it. `place` counts the
 * pairs from 1.
 */
export const describeConversations = statement<
  ConversationRow & { place: number; is_invited: boolean },
  [userIds: readonly number[], conversationIds: readonly number[]]
>(
  'describe-conversations',
  `select ${CONVERSATION_COLUMNS}, ask.place, me.is_invited
   from unnest($1::bigint[], $2::bigint[]) with ordinality as ask (user_id, conversation_id, place)
   join lateral (
     select false as is_invited from participants p
     where p.conversation_id = ask.conversation_id and p.user_id = ask.user_id
     union all
     select true from invitations a
     where a.conversation_id = ask.conversation_id and a.user_id = ask.user_id and a.declined_at is null
     limit 1
   ) me on true
   join conversations c on c.id = ask.conversation_id`,
);

/** Keeps a conversation from changing until the end of the transaction. */
export const holdConversation = writeStatement<never, [id: number]>(
  'hold-conversation',
  'select from conversations where id = $1 for share',
);

/** Reads the direct conversation of a pair. */
export const findDirect = statement<ConversationRow, [low: number, high: number]>(
  'find-direct',
  `select ${CONVERSATION_COLUMNS} from conversations c where c.direct_low = $1 and c.direct_high = $2`,
);

/** Reads the conversations of each named user. A user without conversations has no row. */
export const listConversationsOfUsers = statement<
  { user_id: number; conversation_ids: number[] },
  [userIds: readonly number[]]
>(
  'list-conversations-of-users',
  `select user_id, array_agg(conversation_id order by conversation_id) as conversation_ids
   from participants where user_id = any($1::bigint[]) group by user_id`,
);

/** Reads the users who share a conversation with a user, in ascending order. */
export const readContacts = statement<{ user_id: number }, [userId: number, limit: number]>(
  'read-contacts',
  `select distinct theirs.user_id
   from participants mine join participants theirs on theirs.conversation_id = mine.conversation_id
   where mine.user_id = $1 and theirs.user_id <> $1 order by theirs.user_id limit $2`,
);

/**
 * Reads the named users who share an active conversation with a user and do not block the user, and the user, if named.
 */
export const findContacts = statement<{ user_id: number }, [userId: number, userIds: readonly number[]]>(
  'find-contacts',
  `with me as (select $1::bigint as user_id, (select company_id from people where user_id = $1) as company_id)
   select other.user_id
   from me cross join (
     select n.user_id, (select p.company_id from people p where p.user_id = n.user_id) as company_id
     from unnest($2::bigint[]) as n (user_id)
   ) other
   where other.user_id = me.user_id
      or not ${isBlockedBy('other', 'me')} and exists (
        select from participants theirs
        join participants mine on mine.conversation_id = theirs.conversation_id and mine.user_id = me.user_id
        cross join lateral ${activeConversationOf('theirs')}
        where theirs.user_id = other.user_id
      )`,
);

/** Reads participants behind a position, if a user is one of the participants. */
export const listMembers = statement<
  { user_id: number; joined_at: string; position: number },
  [userId: number, conversationId: number, after: number, limit: number]
>(
  'list-members',
  `select p.user_id, p.joined_at, p.position
   from participants me join participants p on p.conversation_id = me.conversation_id
   where me.user_id = $1 and me.conversation_id = $2 and p.position > $3
   order by p.position limit $4`,
);

/** Reads participants behind a position, of a group of a company. */
export const listMembersOfGroup = statement<
  { user_id: number; joined_at: string; position: number },
  [companyId: number, conversationId: number, after: number, limit: number]
>(
  'list-members-of-group',
  `select p.user_id, p.joined_at, p.position
   from conversations c join participants p on p.conversation_id = c.id
   where c.company_id = $1 and c.id = $2 and c.type = 'group' and p.position > $3
   order by p.position limit $4`,
);

/** Finds the creation of a user under a key. A creation of more than a day ago is deleted instead. */
export const findCreation = writeStatement<
  KeptCreation & { fingerprint: string; conversation_id: number },
  [userId: number, key: string]
>(
  'find-creation',
  `with expired as (
     delete from creations where user_id = $1 and key = $2 and created_at < now() - interval '1 day'
   )
   select id, message_key, created, answer, fingerprint, conversation_id from creations
   where user_id = $1 and key = $2 and created_at >= now() - interval '1 day'`,
);

/** Keeps the answer to a creation, unless one is kept, and returns the answer that is kept then. */
export const keepAnswer = writeStatement<{ answer: string }, [creationId: number, userId: number, answer: string]>(
  'keep-answer',
  'update creations set answer = coalesce(answer, $3) where id = $1 and user_id = $2 returning answer',
);

/** Deletes some creations of more than a day ago. */
export const deleteExpiredCreations = writeStatement<{ id: number }, [limit: number]>(
  'delete-expired-creations',
  `delete from creations where id in (
     select id from creations where created_at < now() - interval '1 day' order by created_at limit $1
   ) returning id`,
);
