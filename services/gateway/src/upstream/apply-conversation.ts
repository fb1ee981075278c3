import type { Bus } from '@vestnik/bus';
import { type Conversation, messagesEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { Caller } from './caller.ts';
import type { ConversationTexts } from './conversation-texts.ts';

/** What `applyConversation` works with. */
export interface ApplyParts {
  bus: Bus;
  logger: Logger;
  texts: ConversationTexts;
}

/**
 * Reports a change of a conversation to messages before the caller gets a reply, so that the reply holds at once. A removed
 * user can no longer send, and an added user can.
 *
 * The change itself is committed and its event reaches messages in any case. Where messages cannot be told now, that is
 * logged, the answer is false, and the change still succeeds: an error would have the caller repeat what has happened.
 */
export async function applyConversation(
  { bus, logger, texts }: ApplyParts,
  { requestId }: Caller,
  conversation: Conversation,
): Promise<boolean> {
  // While messages does not know of it, a list finds another version here, and asks conversations.
  texts.put(conversation, JSON.stringify(conversation));
  try {
    await bus.request(messagesEndpoints.applyConversation, { conversation }, { requestId });
    return true;
  } catch (error) {
    logger.warn({ err: error, request_id: requestId }, 'messages learns of a change by its event only');
    return false;
  }
}
