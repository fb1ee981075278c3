import { eventFrame, type LiveEvent } from '@vestnik/contracts';

/** Returns the event that a user types in a conversation, or no longer types. The user's own sockets do not get it. */
export function typingEvent(conversationId: number, userId: number, isTyping: boolean): LiveEvent {
  const data = { conversation_id: conversationId, user_id: userId, is_typing: isTyping };
  return {
    header: { typing: { user_id: userId, is_typing: isTyping }, except_user_id: userId },
    frames: [Buffer.from(eventFrame('user_typing', data))],
  };
}
