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
  ]
>('apply-conversation', 'select apply_conversation($1, $2, $3::bigint[], $4, $5, $6, $7::bigint[])');

/** Returns one row for a member. */
export const isMember = statement<{ member: number }, [conversationId: number, userId: number]>(
  'is-member',
  'select 1 as member from members where conversation_id = $1 and user_id = $2',
);

const versions = statement<{ id: number; version: number }, [conversationIds: readonly number[]]>(
  'find-versions',
  'select id, version from conversations where id = any ($1::bigint[])',
);

/** Takes a conversation's state over into the copy of membership, unless the copy is as new. */
export async function copyConversation(queries: Queries, conversation: Conversation): Promise<void> {
  const { id, version, created_at, type, state, invited = [] } = conversation;
  // An addressee who has declined is invited no longer.
  const waiting = state === 'declined' ? [] : invited.map(({ user_id }) => user_id);
  await queries.query(apply, [id, version, membersOf(conversation), created_at, type, state, waiting]);
}

/** Returns the versions in which the copy knows conversations, by id. */
export async function versionsOf(queries: Queries, conversationIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await queries.query(versions, [conversationIds]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}
