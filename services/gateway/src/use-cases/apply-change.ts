import { type Conversation, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, GatewayContext } from '../context.ts';
import { getSummary } from './get-conversation.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * Tells messages of a change of a conversation before the caller is told, so that what is acknowledged holds at once:
 * who was removed can no longer send, who was added can.
 *
 * The change itself is committed and its event reaches messages in any case. Where messages cannot be told now, that is
 * logged, the answer is false, and the change still succeeds: an error would have the caller repeat what has happened.
 */
export async function applyChange(
  { bus, logger, crash, texts }: GatewayContext,
  { requestId }: Caller,
  conversation: Conversation,
): Promise<boolean> {
  // While messages does not know of it, a list finds another version here, and asks conversations.
  texts.put(conversation, JSON.stringify(conversation));
  crash.here('gateway.change-answered');
  try {
    await bus.request(messagesEndpoints.applyConversation, { conversation }, { requestId });
    crash.here('gateway.change-applied');
    return true;
  } catch (error) {
    logger.warn({ err: error, request_id: requestId }, 'messages learns of a change by its event only');
    return false;
  }
}

/**
 * A conversation after a change of it that is committed. Where messages does not answer, it is shown without its newest
 * message, for the same reason as in `applyChange`; where that found it away, it is not waited for again.
 */
export async function presentChanged(
  context: GatewayContext,
  caller: Caller,
  conversation: Conversation,
  isMessagesThere: boolean,
): Promise<PresentedConversation> {
  if (!isMessagesThere) return presentConversation(conversation, undefined);
  try {
    return presentConversation(conversation, await getSummary(context, caller, conversation.id));
  } catch (error) {
    context.logger.warn({ err: error, request_id: caller.requestId }, 'a change is shown without its newest message');
    return presentConversation(conversation, undefined);
  }
}
