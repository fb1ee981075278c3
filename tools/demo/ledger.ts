import type { Message } from '@vestnik/contracts';
import type { Person } from './person.ts';

/** One message that was sent; `message` is what the system answered. */
export interface Sent {
  clientMessageId: string;
  author: Person;
  content: string;
  message: Message;
}

/** One conversation of the replay with everything that was sent into it. */
export interface PlayedConversation {
  id: number;
  type: 'group' | 'direct';
  members: Person[];
  /** In the order of the answers; every author's own messages in the order sent. */
  sent: Sent[];
}

/** Head of a conversation: the `seq` of its newest message. */
export function headOf(conversation: PlayedConversation): number {
  return conversation.sent.length;
}
