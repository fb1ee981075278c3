import { type Conversation, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, GatewayContext } from '../context.ts';
import { getSummary } from './get-conversation.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * Tells messages of a change of a conversation before the caller is told, so that what is acknowledged holds at once:
 * who was removed can no longer send, who was added can.
 *
 * The change itself is committed and its event reaches messages in any case. Where messages cannot be told now, that is
 * logged and the change still succeeds: an error would have the caller repeat what has already happened.
 */
export async function applyChange(
  { bus, logger, crash, texts }: GatewayContext,
  { requestId }: Caller,
  conversation: Conversation,
): Promise<void> {
  // While messages does not know of it, a list finds another version here, and asks conversations.
  texts.put(conversation, JSON.stringify(conversation));
  crash.here('gateway.change-answered');
  try {
    await bus.request(messagesEndpoints.applyConversation, { conversation }, { requestId });
  } catch (error) {
    logger.warn({ err: error, request_id: requestId }, 'messages learns of a change by its event only');
  }
  crash.here('gateway.change-applied');
}

/**
 * A conversation after a change of it that is committed. Where messages does not answer, it is shown without its newest
 * message, for the same reason as in `applyChange`.
 */
export async function presentChanged(
  context: GatewayContext,
  caller: Caller,
  conversation: Conversation,
): Promise<PresentedConversation> {
  try {
    return presentConversation(conversation, await getSummary(context, caller, conversation.id));
  } catch (error) {
    context.logger.warn({ err: error, request_id: caller.requestId }, 'a change is shown without its newest message');
    return presentConversation(conversation, undefined);
  }
}
