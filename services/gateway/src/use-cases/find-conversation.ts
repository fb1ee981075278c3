import { type Conversation, VestnikError } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';

/**
 * One conversation, as it is now.
 *
 * @throws VestnikError `forbidden` for who is not in it, whether or not it exists.
 */
export async function findConversation(
  { reader }: Context,
  { userId, requestId }: Caller,
  conversationId: number,
): Promise<Conversation> {
  const [found] = await reader.describe(userId, [conversationId], requestId);
  if (!found?.length) throw new VestnikError('forbidden', 'You are not a participant of this conversation');
  return JSON.parse(found.toString()) as Conversation;
}
