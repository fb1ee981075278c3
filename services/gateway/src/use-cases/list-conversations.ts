import { type ConversationSummary, conversationsEndpoints, messagesEndpoints } from '@vestnik/contracts';
import type { Caller, GatewayContext } from '../context.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * One page of the caller's conversations, newest activity first. One that the caller left between the two requests is
 * dropped, so a page may be shorter than `limit` while `next_cursor` still leads on.
 *
 * @throws VestnikError `bad_request` for a cursor that no page returned.
 */
export async function listConversations(
  { bus }: GatewayContext,
  { userId, requestId }: Caller,
  page: { limit: number; cursor: string | undefined },
): Promise<{ conversations: PresentedConversation[]; next_cursor: string | null }> {
  const { summaries, next_cursor } = await bus.request(
    messagesEndpoints.summaries,
    { user_id: userId, limit: page.limit, cursor: page.cursor },
    { requestId },
  );
  if (summaries.length === 0) return { conversations: [], next_cursor };
  const { conversations } = await bus.request(
    conversationsEndpoints.list,
    { user_id: userId, conversation_ids: summaries.map((summary) => summary.conversation_id) },
    { requestId },
  );
  const byId = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  const present = (summary: ConversationSummary) => {
    const conversation = byId.get(summary.conversation_id);
    return conversation ? [presentConversation(conversation, summary)] : [];
  };
  return { conversations: summaries.flatMap(present), next_cursor };
}
