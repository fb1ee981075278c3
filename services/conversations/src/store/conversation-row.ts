import type { Conversation, Invited } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { ConversationRecord, InvitationRecord } from './schema.ts';

/** A participant who came back, and the version of the conversation in which that was. */
export type Returned = NonNullable<Conversation['returned']>[number];

/** A conversation as a statement reads it: times as Postgres writes them, and the pair of a direct one. */
export type ConversationRow = Omit<Conversation, 'invited' | 'history_from_join' | 'returned'> & {
  invited: Invited[] | null;
  history_from_join: number[];
  returned: Returned[] | null;
  direct_low: number | null;
  direct_high: number | null;
};

/**
 * The columns of a conversation `c` that every statement selects, with its participants at the same moment. Of a direct
 * conversation an addressee who has declined is still the one who was invited.
 */
export const CONVERSATION_COLUMNS = `
  c.id, c.type, c.name, c.owner_id, c.company_id, c.state, c.direct_low, c.direct_high, c.version, c.created_at, c.updated_at,
  array(select p.user_id from participants p where p.conversation_id = c.id order by p.position) as participants,
  array(
    select p.user_id from participants p where p.conversation_id = c.id and p.history_from_join order by p.position
  ) as history_from_join,
  (
    select json_agg(json_build_object('user_id', p.user_id, 'version', p.returned_version) order by p.position)
    from participants p where p.conversation_id = c.id and p.returned_version is not null
  ) as returned,
  (
    select json_agg(json_build_object('user_id', a.user_id, 'invited_by', a.invited_by) order by a.user_id)
    from invitations a where a.conversation_id = c.id and (a.declined_at is null or c.type = 'direct')
  ) as invited`;

/**
 * The active conversation of a row of participants `alias`, for `cross join lateral`. `offset 0` makes Postgres begin with the
 * participants. A plain join may begin with all conversations while the statistics of the tables are old.
 */
export function activeConversationOf(alias: string): string {
  return `(select from conversations c where c.id = ${alias}.conversation_id and c.state = 'active' offset 0) active`;
}

/** Returns the conversation of a statement's row. */
export function fromRow(found: ConversationRow): Conversation {
  const { direct_low, direct_high, invited, history_from_join, returned, ...row } = found;
  const late = history_from_join.length > 0 && { history_from_join };
  return withInvited(
    {
      ...row,
      ...late,
      ...(returned && { returned }),
      created_at: isoTime(row.created_at),
      updated_at: isoTime(row.updated_at),
    },
    { direct_low, direct_high },
    invited ?? [],
  );
}

/** The participants of a conversation, and what is particular to some of them. */
export interface Participation {
  participants: number[];
  historyFromJoin: number[];
  returned: Returned[];
}

/**
 * Returns the conversation of the unit of work; `participants` in the order in which they joined. Those of `historyFromJoin` see no
 * message from before they joined. Those of `returned` had left before.
 */
export function fromRecords(
  record: ConversationRecord,
  { participants, historyFromJoin, returned }: Participation,
  invitations: readonly InvitationRecord[],
): Conversation {
  const conversation: Conversation = {
    id: record.id,
    type: record.type,
    name: record.name ?? null,
    owner_id: record.owner_id ?? null,
    company_id: record.company_id ?? null,
    state: record.state,
    participants,
    version: record.version,
    created_at: record.created_at.toISOString(),
    updated_at: record.updated_at.toISOString(),
  };
  if (historyFromJoin.length > 0) conversation.history_from_join = [...historyFromJoin];
  if (returned.length > 0) conversation.returned = returned;
  const invited = invitations
    .filter((invitation) => !invitation.declined_at || record.type === 'direct')
    .map(({ user_id, invited_by }) => ({ user_id, invited_by }));
  return withInvited(conversation, record, invited);
}

/** Adds the users who were invited. A direct conversation names both of its pair, whether or not the addressee has accepted. */
function withInvited(
  conversation: Conversation,
  { direct_low, direct_high }: { direct_low?: number | null; direct_high?: number | null },
  invited: Invited[],
): Conversation {
  if (invited.length === 0) return conversation;
  const pair = [direct_low, direct_high].filter((userId) => typeof userId === 'number');
  const participants = [...new Set([...conversation.participants, ...pair])];
  return { ...conversation, participants, invited };
}
