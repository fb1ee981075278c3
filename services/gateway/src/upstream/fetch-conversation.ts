import { type ConversationSummary, type SummaryPage, VestnikError } from '@vestnik/contracts';
import type { Reading } from './caller.ts';
import type { Reader } from './reader.ts';

/**
 * Fetches one conversation as it is now, as JSON.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant, whether or not the conversation exists.
 */
export async function fetchConversation(
  { reader }: { reader: Reader },
  { userId, requestId }: Reading,
  conversationId: number,
): Promise<string> {
  const [found] = await reader.describe(userId, [conversationId], requestId);
  if (!found?.length) throw new VestnikError('forbidden', 'You are not a participant of this conversation');
  return found.toString();
}

/** Fetches the summary of one conversation; undefined when messages knows no such conversation of the caller. */
export async function fetchSummary(
  { reader }: { reader: Reader },
  { userId, requestId }: Reading,
  conversationId: number,
): Promise<ConversationSummary | undefined> {
  const ask = { user_id: userId, limit: 1, conversation_id: conversationId };
  const { summaries } = JSON.parse((await reader.summarizeConversations(ask, requestId)).toString()) as SummaryPage;
  return summaries[0];
}
