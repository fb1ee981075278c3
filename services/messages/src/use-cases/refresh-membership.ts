import { type Conversation, conversationsEndpoints, VestnikError } from '@vestnik/contracts';
import { statement } from '@vestnik/database';
import type { MessagesContext } from '../context.ts';

const apply = statement<never>('apply-conversation', 'select apply_conversation($1, $2, $3::bigint[], $4)');
const isMember = statement<{ member: number }>(
  'is-member',
  'select 1 as member from members where conversation_id = $1 and user_id = $2',
);

/** Takes over a conversation's state into the own copy, unless the copy is as new. */
export async function applyConversation(
  { database }: Pick<MessagesContext, 'database'>,
  conversation: Conversation,
): Promise<void> {
  const { id, version, participants, created_at } = conversation;
  await database.query(apply, [id, version, participants, created_at]);
}

/** Asks conversations how the named ones are now and takes that over; unknown ones are left alone. */
export async function refreshMembership(context: MessagesContext, conversationIds: number[]): Promise<void> {
  const { conversations } = await context.bus.request(conversationsEndpoints.snapshots, {
    conversation_ids: conversationIds,
  });
  for (const conversation of conversations) await applyConversation(context, conversation);
}

/**
 * Makes sure that a user may see a conversation. The own copy answers; only when it says no is conversations asked,
 * because the copy may be behind.
 *
 * @throws VestnikError `forbidden`, whether or not the conversation exists.
 */
export async function assertMember(context: MessagesContext, userId: number, conversationId: number): Promise<void> {
  const ask = () => context.database.query(isMember, [conversationId, userId]);
  if ((await ask()).length > 0) return;
  await refreshMembership(context, [conversationId]);
  if ((await ask()).length === 0) throw forbidden();
}

/** The one answer to who asks for what they may not see. */
export function forbidden(): VestnikError {
  return new VestnikError('forbidden', 'You are not a participant of this conversation');
}
