import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import { applyConversation } from '../upstream/apply-conversation.ts';
import type { Caller } from '../upstream/caller.ts';
import { managerOf } from '../upstream/manager.ts';

/**
 * Closes a group: all participants leave.
 *
 * @throws VestnikError `forbidden` for all users but the owner and the admins of the group's company; `invalid` for a direct
 *   conversation.
 */
export async function closeConversation(
  context: Context,
  caller: Caller,
  { conversationId }: { conversationId: number },
): Promise<Record<string, never>> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.closeConversation,
    { ...managerOf(caller), conversation_id: conversationId },
    { requestId: caller.requestId },
  );
  await applyConversation(context, caller, conversation);
  return {};
}
