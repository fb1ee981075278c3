import type { Excerpt } from '@vestnik/contracts';

/** Code points of a message that a push shows. */
export const BODY_LENGTH = 100;

/** The body of a push, as the public contract names its parts. */
export interface PushBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 code points of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** Returns the body of the push of a message; `excerpt` is as long as a push shows. */
export function pushBody(conversationId: number, excerpt: Excerpt): PushBody {
  return {
    type: 'new_message',
    title: 'Новое сообщение',
    body: excerpt.text,
    data: { conversationId, messageId: excerpt.message_id },
  };
}
