import { statement } from '@vestnik/database';
import { CONVERSATION_COLUMNS, type ConversationRow } from './conversation-row.ts';

/** Conversations by id, whoever asks: [ids]. */
export const conversationsById = statement<ConversationRow>(
  'conversations-by-id',
  `select ${CONVERSATION_COLUMNS} from conversations c where c.id = any($1::bigint[])`,
);

/** Those of the named conversations that one user is in: [ids, user id]. */
export const visibleConversations = statement<ConversationRow>(
  'visible-conversations',
  `select ${CONVERSATION_COLUMNS} from conversations c
   where c.id = any($1::bigint[])
     and exists (select from participants me where me.conversation_id = c.id and me.user_id = $2)`,
);

/** Conversations that a user is in, for several pairs of both, with the number of the pair: [users, conversations]. */
export const conversationsSeen = statement<ConversationRow & { place: number }>(
  'conversations-seen',
  `select ${CONVERSATION_COLUMNS}, ask.place
   from unnest($1::bigint[], $2::bigint[]) with ordinality as ask (user_id, conversation_id, place)
   join participants me on me.conversation_id = ask.conversation_id and me.user_id = ask.user_id
   join conversations c on c.id = ask.conversation_id`,
);

/** Keeps a conversation from changing until the end of the transaction: [id]. */
export const holdConversation = statement<never>(
  'hold-conversation',
  'select from conversations where id = $1 for share',
);

/** The direct conversation of a pair: [low, high]. */
export const directOfPair = statement<ConversationRow>(
  'direct-of-pair',
  `select ${CONVERSATION_COLUMNS} from conversations c where c.direct_low = $1 and c.direct_high = $2`,
);

/**
 * Creates the direct conversation of a pair, first participant first; no row when the pair has one already, be it that
 * somebody else created it a moment ago: [low, high, first user id, second user id, time].
 */
export const insertDirect = statement<Omit<ConversationRow, 'participants'>>(
  'insert-direct',
  `with created as (
     insert into conversations (type, direct_low, direct_high, version, created_at, updated_at)
     values ('direct', $1, $2, 1, $5, $5)
     on conflict on constraint conversations_direct_pair do nothing
     returning id, type, name, owner_id, version, created_at, updated_at
   ), people as (
     insert into participants (conversation_id, user_id, position, joined_at)
     select created.id, person.user_id, person.position, created.created_at
     from created, (values ($3::bigint, 1), ($4::bigint, 2)) as person (user_id, position)
   )
   select * from created`,
);

/** The conversations of each of the named users; who is in none is left out: [user ids]. */
export const conversationsOfUsers = statement<{ user_id: number; conversation_ids: number[] }>(
  'conversations-of-users',
  `select user_id, array_agg(conversation_id order by conversation_id) as conversation_ids
   from participants where user_id = any($1::bigint[]) group by user_id`,
);

/** Those of the named users who are the one who asks, or share a conversation with them: [user id, user ids]. */
export const contactsAmong = statement<{ user_id: number }>(
  'contacts-among',
  `select other.user_id from unnest($2::bigint[]) as other (user_id)
   where other.user_id = $1
      or exists (
        select from participants theirs
        join participants mine on mine.conversation_id = theirs.conversation_id and mine.user_id = $1
        where theirs.user_id = other.user_id
      )`,
);
