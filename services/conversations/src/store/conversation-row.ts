import type { Conversation, Invited } from '@vestnik/contracts';
import { isoTime } from '@vestnik/database';
import type { ConversationRecord, InvitationRecord } from './schema.ts';

/** A conversation as a statement reads it: times as Postgres writes them, and the pair of a direct one. */
export type ConversationRow = Omit<Conversation, 'invited' | 'history_from_join'> & {
  invited: Invited[] | null;
  history_from_join: number[];
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
    select json_agg(json_build_object('user_id', a.user_id, 'invited_by', a.invited_by) order by a.user_id)
    from invitations a where a.conversation_id = c.id and (a.declined_at is null or c.type = 'direct')
  ) as invited`;

/** Returns the conversation of a statement's row. */
export function fromRow(found: ConversationRow): Conversation {
  const { direct_low, direct_high, invited, history_from_join, ...row } = found;
  const late = history_from_join.length > 0 && { history_from_join };
  return withInvited(
    { ...row, ...late, created_at: isoTime(row.created_at), updated_at: isoTime(row.updated_at) },
    { direct_low, direct_high },
    invited ?? [],
  );
}

/**
 * Returns the conversation of the unit of work; `participants` in the order in which they joined. Those of `historyFromJoin` see no
 * message from before they joined.
 */
export function fromRecords(
  record: ConversationRecord,
  participants: number[],
  invitations: readonly InvitationRecord[],
  historyFromJoin: readonly number[],
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
