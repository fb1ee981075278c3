import { conversationsEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { finishChange } from '../upstream/finish-change.ts';
import type { JsonText } from '../upstream/json-text.ts';

/**
 * Accepts the caller's invitation into a conversation. Accepting again changes nothing.
 *
 * @throws VestnikError `forbidden` for users who are not invited, and with a reason where the decision refuses by now.
 */
export async function acceptConversation(
  context: Context,
  caller: Caller,
  { conversationId }: { conversationId: number },
): Promise<JsonText> {
  const { conversation } = await context.bus.request(
    conversationsEndpoints.acceptConversation,
    { user_id: caller.userId, conversation_id: conversationId },
    { requestId: caller.requestId },
  );
  return finishChange(context, caller, conversation);
}
