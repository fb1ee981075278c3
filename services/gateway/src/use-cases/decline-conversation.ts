import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { applyConversation } from '../upstream/apply-conversation.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Declines the caller's invitation. For 30 days nobody invites the caller again.
 *
 * @throws VestnikError `forbidden` for users who are not invited, `conflict` for participants.
 */
export async function declineConversation(
  context: Context,
  caller: Caller,
  { conversationId }: { conversationId: number },
): Promise<{ conversation: { id: number; state: 'declined'; version: number } }> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.declineConversation,
    { user_id: caller.userId, conversation_id: conversationId },
    { requestId: caller.requestId },
  );
  await applyConversation(context, caller, conversation);
  const { id, version } = conversation;
  return { conversation: { id, state: 'declined', version } };
}
