import { type MarkedRead, messagesEndpoints } from '@vestnik/contracts';
import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';

/**
 * Moves the caller's marker forward, never past the newest message. Answers the marker and the unread count of the
 * conversation.
 *
 * @throws VestnikError `forbidden` for a conversation or message that the caller may not see.
 */
export async function readMessages(
  { bus }: Context,
  { userId, sessionId, requestId }: Caller,
  input: { conversationId: number; upToSeq?: number | undefined; messageIds?: number[] | undefined },
): Promise<MarkedRead> {
  const marker = await bus.request(
    messagesEndpoints.markRead,
    {
      user_id: userId,
      conversation_id: input.conversationId,
      up_to_seq: input.upToSeq,
      message_ids: input.messageIds,
      session_id: sessionId,
    },
    { requestId },
  );
  return marker;
}
