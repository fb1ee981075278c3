import { type Conversation, membersOf } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Caller } from './caller.ts';
import { fetchSummary } from './fetch-conversation.ts';
import { presentConversation } from './present-conversation.ts';
import type { Reader } from './reader.ts';

/**
 * Presents a conversation after a change of it that is committed, as JSON. The change has happened, so the request succeeds
 * without messages too: the conversation is then shown without its newest message. `isMessagesThere` false says that
 * messages did not answer just now, and saves waiting for it a second time.
 */
export async function presentChanged(
  parts: { reader: Reader; logger: Logger },
  caller: Caller,
  conversation: Conversation,
  isMessagesThere: boolean,
): Promise<string> {
  const text = JSON.stringify(conversation);
  // A user who has left may not see the messages any more.
  if (!isMessagesThere || !membersOf(conversation).includes(caller.userId)) return presentConversation(text, undefined);
  try {
    return presentConversation(text, await fetchSummary(parts, caller, conversation.id));
  } catch (error) {
    parts.logger.warn({ err: error, request_id: caller.requestId }, 'a change is shown without its newest message');
    return presentConversation(text, undefined);
  }
}
