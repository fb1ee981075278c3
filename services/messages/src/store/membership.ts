import type { Conversation } from '@vestnik/contracts';
import { type Queries, statement, writeStatement } from '@vestnik/database';

/** Takes a conversation's state over, unless the copy is as new. */
const apply = writeStatement<
  never,
  [conversationId: number, version: number, participants: readonly number[], createdAt: string]
>('apply-conversation', 'select apply_conversation($1, $2, $3::bigint[], $4)');

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
export async function copyConversation(
  queries: Queries,
  { id, version, participants, created_at }: Conversation,
): Promise<void> {
  await queries.query(apply, [id, version, participants, created_at]);
}

/** Returns the versions in which the copy knows conversations, by id. */
export async function versionsOf(queries: Queries, conversationIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await queries.query(versions, [conversationIds]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}
