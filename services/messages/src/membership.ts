import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from './context.ts';
import { forbidden } from './domain/access.ts';
import { copyConversation, findMember } from './store/membership.ts';

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
 * Returns the `seq` up to which messages of a conversation are hidden from one of its members, undefined for a user who is no
 * member. Since the copy of membership may be behind, conversations is asked before a no.
 */
export async function hiddenSeqNow(parts: Parts, userId: number, conversationId: number): Promise<number | undefined> {
  const ask = async () => (await parts.database.query(findMember, [conversationId, userId]))[0]?.hidden_seq;
  const known = await ask();
  if (known !== undefined) return known;
  await refreshCopy(parts, [conversationId]);
  return ask();
}

/**
 * Makes sure that a user may see a conversation. Returns the `seq` up to which its messages are hidden from the user.
 *
 * @throws VestnikError `forbidden`, whether or not the conversation exists.
 */
export async function requireMember(parts: Parts, userId: number, conversationId: number): Promise<number> {
  const hiddenSeq = await hiddenSeqNow(parts, userId, conversationId);
  if (hiddenSeq === undefined) throw forbidden();
  return hiddenSeq;
}
