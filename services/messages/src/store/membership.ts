import { type Conversation, membersOf } from '@vestnik/contracts';
import { type Queries, statement, writeStatement } from '@vestnik/database';

/** Takes a conversation's state over, unless the copy is as new. */
const apply = writeStatement<
  never,
  [
    conversationId: number,
    version: number,
    members: readonly number[],
    createdAt: string,
    type: string,
    state: string,
    invited: readonly number[],
    fromJoin: readonly number[],
    returned: string,
  ]
>(
  'apply-conversation',
  'select apply_conversation($1, $2, $3::bigint[], $4, $5, $6, $7::bigint[], $8::bigint[], $9::json)',
);

/** Returns one row for a member, with the `seq` up to which messages are hidden from the member. */
export const findMember = statement<{ hidden_seq: number }, [conversationId: number, userId: number]>(
  'find-member',
  'select hidden_seq from members where conversation_id = $1 and user_id = $2',
);

/** Returns the members of a conversation who may not see a message, since it is hidden. */
export const hiddenFrom = statement<{ user_id: number }, [conversationId: number, seq: number]>(
  'find-hidden-from',
  'select user_id from members where conversation_id = $1 and hidden_seq > 0 and hidden_seq >= $2',
);

const versions = statement<{ id: number; version: number }, [conversationIds: readonly number[]]>(
  'find-versions',
  'select id, version from conversations where id = any ($1::bigint[])',
);

/** Takes a conversation's state over into the copy of membership, unless the copy is as new. */
export async function copyConversation(queries: Queries, conversation: Conversation): Promise<void> {
  const { id, version, created_at, type, state, invited = [], history_from_join = [], returned = [] } = conversation;
  // An addressee who has declined is invited no longer.
  const waiting = state === 'declined' ? [] : invited.map(({ user_id }) => user_id);
  const members = membersOf(conversation);
  const back = JSON.stringify(returned);
  await queries.query(apply, [id, version, members, created_at, type, state, waiting, history_from_join, back]);
}

/** Returns the versions in which the copy knows conversations, by id. */
export async function versionsOf(queries: Queries, conversationIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await queries.query(versions, [conversationIds]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}
