import { statement } from '@vestnik/database';
import { activeConversationOf } from './conversation-row.ts';

/** Reads when a user was invited into a conversation, and declined. */
export const findInvitation = statement<{ declined_at: string | null }, [conversationId: number, userId: number]>(
  'find-invitation',
  'select declined_at from invitations where conversation_id = $1 and user_id = $2',
);

/** Reads those of the named users who have declined a conversation since a time. */
export const findDeclined = statement<
  { user_id: number },
  [conversationId: number, userIds: readonly number[], since: string]
>(
  'find-declined',
  `select user_id from invitations
   where conversation_id = $1 and user_id = any($2::bigint[]) and declined_at > $3::timestamptz`,
);

/** Reads those of the named users who share an active conversation with a user. */
export const findActiveContacts = statement<{ user_id: number }, [userId: number, userIds: readonly number[]]>(
  'find-active-contacts',
  `select other.user_id from unnest($2::bigint[]) as other (user_id)
   where exists (
     select from participants theirs
     join participants mine on mine.conversation_id = theirs.conversation_id and mine.user_id = $1
     cross join lateral ${activeConversationOf('theirs')}
     where theirs.user_id = other.user_id
   )`,
);

/** Reads the named users who invite a user into a conversation, and wait for the answer. */
export const findInviters = statement<{ user_id: number }, [userId: number, userIds: readonly number[]]>(
  'find-inviters',
  `select distinct a.invited_by as user_id from invitations a
   where a.user_id = $1 and a.invited_by = any($2::bigint[]) and a.declined_at is null`,
);
