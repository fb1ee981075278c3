import { randomUUID } from 'node:crypto';
import type { Conversation, ConversationSummary } from '@vestnik/contracts';
import type { Reading } from './caller.ts';
import { fetchConversation, fetchSummary } from './fetch-conversation.ts';
import type { Reader } from './reader.ts';

/**
 * Joins the JSON of a conversation with its summary: the conversation as one participant sees it, through every door.
 * Without a summary the conversation looks as if it had no message. The summary is spliced into the text, because a list
 * joins 100 of them, and conversations may be long.
 */
export function presentConversation(conversation: string, summary: ConversationSummary | undefined): string {
  const lastMessageAt = summary?.last_message_at ?? null;
  const added = {
    last_message_id: summary?.last_message_id ?? null,
    last_message_at: lastMessageAt,
    last_message_content: summary?.last_message_content ?? null,
    last_message_time: lastMessageAt,
    unread_count: summary?.unread_count ?? 0,
    mention_count: summary?.mention_count ?? 0,
    read_seq: summary?.read_seq ?? 0,
    head_seq: summary?.head_seq ?? 0,
  };
  return `${conversation.slice(0, -1)},${JSON.stringify(added).slice(1)}`;
}

/**
 * Fetches one conversation as the caller sees it, as JSON.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant, whether or not the conversation exists.
 */
export async function fetchPresented(
  parts: { reader: Reader },
  caller: Reading,
  conversationId: number,
): Promise<string> {
  const [conversation, summary] = await Promise.all([
    fetchConversation(parts, caller, conversationId),
    fetchSummary(parts, caller, conversationId),
  ]);
  return presentConversation(conversation, summary);
}

/**
 * Fetches one conversation as a user sees it, outside of any request of a client.
 *
 * @throws VestnikError `forbidden` when the user is not a participant.
 */
export async function presentToUser(
  parts: { reader: Reader },
  userId: number,
  conversationId: number,
): Promise<Conversation> {
  const caller = { userId, requestId: randomUUID() };
  return JSON.parse(await fetchPresented(parts, caller, conversationId)) as Conversation;
}
