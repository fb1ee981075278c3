import type { Conversation, ConversationSummary, IsoTime } from '@vestnik/contracts';

/** A conversation as one participant sees it, through either door. */
export interface PresentedConversation extends Conversation, Omit<ConversationSummary, 'conversation_id' | 'version'> {
  /** The same as `last_message_at`. */
  last_message_time: IsoTime | null;
}

/**
 * Joins what conversations and messages know of one conversation. Without a summary it is shown as one in which nothing
 * was said yet.
 */
export function presentConversation(
  conversation: Conversation,
  summary: ConversationSummary | undefined,
): PresentedConversation {
  const lastMessageAt = summary?.last_message_at ?? null;
  return {
    ...conversation,
    last_message_id: summary?.last_message_id ?? null,
    last_message_at: lastMessageAt,
    last_message_content: summary?.last_message_content ?? null,
    last_message_time: lastMessageAt,
    unread_count: summary?.unread_count ?? 0,
  };
}
