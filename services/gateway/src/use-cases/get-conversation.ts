import type { ConversationSummary, SummaryPage } from '@vestnik/contracts';
import type { Caller, Context } from '../context.ts';
import { findConversation } from './find-conversation.ts';
import { type PresentedConversation, presentConversation } from './present-conversation.ts';

/**
 * One conversation as the caller sees it.
 *
 * @throws VestnikError `forbidden` for who is not in it, whether or not it exists.
 */
export async function getConversation(
  context: Context,
  caller: Caller,
  conversationId: number,
): Promise<PresentedConversation> {
  const [conversation, summary] = await Promise.all([
    findConversation(context, caller, conversationId),
    getSummary(context, caller, conversationId),
  ]);
  return presentConversation(conversation, summary);
}

/** What messages knows of one conversation of the caller; undefined when it knows none of the caller's there. */
export async function getSummary(
  { reader }: Context,
  { userId, requestId }: Caller,
  conversationId: number,
): Promise<ConversationSummary | undefined> {
  const ask = { user_id: userId, limit: 1, conversation_id: conversationId };
  const { summaries } = JSON.parse((await reader.summarizeConversations(ask, requestId)).toString()) as SummaryPage;
  return summaries[0];
}
