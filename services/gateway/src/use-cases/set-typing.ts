import type { Context } from '../context.ts';
import type { Caller } from '../upstream/caller.ts';
import { fetchConversation } from '../upstream/fetch-conversation.ts';

/**
 * Shows the other participants of a conversation that the caller types, or no longer types. A repetition shows nothing new.
 *
 * @throws VestnikError `forbidden` when the caller is not a participant.
 */
export async function setTyping(
  context: Context,
  caller: Caller,
  { conversationId, isTyping }: { conversationId: number; isTyping: boolean },
): Promise<Record<string, never>> {
  const { userId } = caller;
  // A user who has just been added may type before the sockets here have joined the room.
  if (!context.connectedUsers.isInRoom(userId, conversationId))
    await fetchConversation(context, caller, conversationId);
  const isShown = context.connectedUsers.rooms.get(conversationId)?.isTyping(userId) ?? false;
  context.typing.set(userId, conversationId, isTyping, isShown);
  return {};
}
