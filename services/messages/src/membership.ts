import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { forbidden } from './domain/access.ts';
import { copyConversation, isMember } from './store/membership.ts';

/** The schema of the copy of membership, and the bus to ask conversations. */
type Parts = Pick<Context, 'database' | 'bus'>;

/** Asks conversations for the named ones and takes their state over into the copy; unknown ones are left out. */
export async function refreshCopy({ database, bus }: Parts, conversationIds: number[]): Promise<void> {
  const { conversations } = await bus.request(conversationsEndpoints.copyConversations, {
    conversation_ids: conversationIds,
  });
  for (const conversation of conversations) await copyConversation(database, conversation);
}

/**
 * Makes sure that a user may see a conversation. The copy of membership answers. Since it may be behind, conversations is
 * asked before the user is refused.
 *
 * @throws VestnikError `forbidden`, whether or not the conversation exists.
 */
export async function requireMember(parts: Parts, userId: number, conversationId: number): Promise<void> {
  const ask = () => parts.database.query(isMember, [conversationId, userId]);
  if ((await ask()).length > 0) return;
  await refreshCopy(parts, [conversationId]);
  if ((await ask()).length === 0) throw forbidden();
}
