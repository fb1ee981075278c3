import { firstCodePoints, type Message } from '@vestnik/contracts';

/** Characters (code points) of a message that a push shows. */
const BODY_LENGTH = 100;

/** What a push carries, in the words of the public contract. */
export interface PushBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 code points of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** What a push says of a message. */
export function pushBody(message: Pick<Message, 'id' | 'conversation_id' | 'content'>): PushBody {
  return {
    type: 'new_message',
    title: 'Новое сообщение',
    body: firstCodePoints(message.content ?? '', BODY_LENGTH),
    data: { conversationId: message.conversation_id, messageId: message.id },
  };
}
