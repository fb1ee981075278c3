import { type Excerpt, firstCharacters } from '@vestnik/contracts';

/** Characters of a message that a push shows: graphemes, as people count them. */
const BODY_LENGTH = 100;

/** The body of the push of a message, as the public contract names its parts. */
interface MessageBody {
  type: 'new_message';
  title: 'Новое сообщение';
  /** The first 100 characters of the message; empty when it has no text. */
  body: string;
  data: { conversationId: number; messageId: number };
}

/** The body of the push of an invitation into a group. Like that of a request it shows no text. */
interface InvitationBody {
  type: 'conversation_invited';
  title: 'Приглашение в группу';
  body: '';
  data: { conversationId: number };
}

/** The body of a push. */
export type PushBody = MessageBody | InvitationBody;

/** Returns the body of the push of an invitation into a group. */
export function invitationBody(conversationId: number): PushBody {
  return { type: 'conversation_invited', title: 'Приглашение в группу', body: '', data: { conversationId } };
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
