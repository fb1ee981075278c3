import type { Excerpt } from '@vestnik/contracts';

/** Code points of a message that a push shows. */
export const BODY_LENGTH = 100;

/** What a push carries, in the words of the public contract. */
export interface PushBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 code points of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** What a push says of a message of a conversation; `excerpt` is as long as a push shows. */
export function pushBody(conversationId: number, excerpt: Excerpt): PushBody {
  return {
    type: 'new_message',
    title: 'Новое сообщение',
    body: excerpt.text,
    data: { conversationId, messageId: excerpt.message_id },
  };
}
