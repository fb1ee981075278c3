import type { Bus } from '@vestnik/bus';
import { type Conversation, conversationsEndpoints, LIST_LENGTH } from '@vestnik/contracts';

/**
 * Asks conversations for conversations as they are now, for a copy that is behind.
 *
 * @throws VestnikError `unavailable` when conversations is away.
 */
export async function copyConversations(bus: Bus, conversationIds: readonly number[]): Promise<Conversation[]> {
  const copies: Conversation[] = [];
  for (let start = 0; start < conversationIds.length; start += LIST_LENGTH) {
    const conversation_ids = conversationIds.slice(start, start + LIST_LENGTH);
    copies.push(...(await bus.request(conversationsEndpoints.copyConversations, { conversation_ids })).conversations);
  }
  return copies;
}
