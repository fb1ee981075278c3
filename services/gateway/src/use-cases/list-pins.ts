import { type Message, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Answers the pinned messages of a conversation, newest pin first. Long messages take several requests.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant, whether or not the conversation exists.
 */
export function listPins(
  { bus, readLimiter }: Context,
  caller: Caller,
  { conversationId }: { conversationId: number },
): Promise<{ messages: Message[] }> {
  const { userId, requestId } = caller;
  return readLimiter.run(caller, async () => {
    const messages: Message[] = [];
    for (let more = true; more; ) {
      const ask = { user_id: userId, conversation_id: conversationId, skip: messages.length };
      const page = await bus.request(messagesEndpoints.listPins, ask, { requestId });
      messages.push(...page.messages);
      more = page.has_more;
    }
    return { messages };
  });
}
