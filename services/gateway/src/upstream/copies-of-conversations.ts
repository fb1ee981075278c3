import type { Bus } from '@vestnik/bus';
import { type Conversation, conversationsEndpoints, LIST_LENGTH } from '@vestnik/contracts';

/**
 * Reads conversations, whether or not a user is in them. Unknown ones are left out.
 *
 * @throws VestnikError `unavailable` when the conversations service does not answer.
 */
export async function readCopies(bus: Bus, conversationIds: readonly number[]): Promise<Map<number, Conversation>> {
  const found = new Map<number, Conversation>();
  for (let from = 0; from < conversationIds.length; from += LIST_LENGTH) {
    const conversation_ids = conversationIds.slice(from, from + LIST_LENGTH);
    const { conversations } = await bus.request(conversationsEndpoints.copyConversations, { conversation_ids });
    for (const conversation of conversations) found.set(conversation.id, conversation);
  }
  return found;
}
