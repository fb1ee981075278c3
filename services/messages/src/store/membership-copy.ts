import type { Bus } from '@vestnik/bus';
import { type Conversation, conversationsEndpoints } from '@vestnik/contracts';
import { type Database, statement } from '@vestnik/database';
import { forbidden } from '../domain/access.ts';

/** What the own copy of membership needs: the schema that it is in, and the bus to ask conversations. */
export interface CopyParts {
  database: Database;
  bus: Bus;
}

const take = statement<never>('apply-conversation', 'select apply_conversation($1, $2, $3::bigint[], $4)');
const isMember = statement<{ member: number }>(
  'is-member',
  'select 1 as member from members where conversation_id = $1 and user_id = $2',
);
const versions = statement<{ id: number; version: number }>(
  'conversation-versions',
  'select id, version from conversations where id = any ($1::bigint[])',
);

/** Takes over a conversation's state into the own copy, unless the copy is as new. */
export async function takeConversation(
  database: Database,
  { id, version, participants, created_at }: Conversation,
): Promise<void> {
  await database.query(take, [id, version, participants, created_at]);
}

/** Asks conversations how the named ones are now and takes that over; unknown ones are left alone. */
export async function refreshCopy({ database, bus }: CopyParts, conversationIds: number[]): Promise<void> {
  const { conversations } = await bus.request(conversationsEndpoints.snapshots, { conversation_ids: conversationIds });
  for (const conversation of conversations) await takeConversation(database, conversation);
}

/**
 * Makes sure that a user may see a conversation. The own copy answers; only when it says no is conversations asked,
 * because the copy may be behind.
 *
 * @throws VestnikError `forbidden`, whether or not the conversation exists.
 */
export async function assertMember(parts: CopyParts, userId: number, conversationId: number): Promise<void> {
  const ask = () => parts.database.query(isMember, [conversationId, userId]);
  if ((await ask()).length > 0) return;
  await refreshCopy(parts, [conversationId]);
  if ((await ask()).length === 0) throw forbidden();
}

/** The versions in which the copy knows conversations, by id. */
export async function versionsOf(database: Database, conversationIds: number[]): Promise<Map<number, number>> {
  const rows = await database.query(versions, [conversationIds]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}
