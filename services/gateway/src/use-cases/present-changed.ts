import type { Conversation } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';
import { getSummary } from './get-conversation.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * A conversation after a change of it that is committed. Where messages does not answer, it is shown without its newest
 * message, for the same reason as in `tellMessages`; where that found it away, it is not waited for again.
 */
export async function presentChanged(
  context: Context,
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
