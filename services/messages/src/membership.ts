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

/** Returns whether a user is in a conversation. Since the copy of membership may be behind, conversations is asked before a no. */
export async function isMemberNow(parts: Parts, userId: number, conversationId: number): Promise<boolean> {
  const ask = () => parts.database.query(isMember, [conversationId, userId]);
  if ((await ask()).length > 0) return true;
  await refreshCopy(parts, [conversationId]);
  return (await ask()).length > 0;
}

/**
 * Makes sure that a user may see a conversation.
 *
 * @throws VestnikError `forbidden`, whether or not the conversation exists.
 */
export async function requireMember(parts: Parts, userId: number, conversationId: number): Promise<void> {
  if (!(await isMemberNow(parts, userId, conversationId))) throw forbidden();
}
