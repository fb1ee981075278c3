import { type Excerpt, firstCharacters } from '@vestnik/contracts';

/** Characters of a message that a push shows: graphemes, as people count them. */
const BODY_LENGTH = 100;

/** The body of a push, as the public contract names its parts. */
export interface PushBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 characters of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** Returns the body of the push of a message. */
export function pushBody(conversationId: number, excerpt: Excerpt, excerptLength: number): PushBody {
  return {
    type: 'new_message',
    title: 'Новое сообщение',
    body: firstCharacters(excerpt.text, BODY_LENGTH, excerptLength),
    data: { conversationId, messageId: excerpt.message_id },
  };
}
