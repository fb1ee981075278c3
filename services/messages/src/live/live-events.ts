import type { Bus } from '@vestnik/bus';
import {
  encodeLive,
  eventFrame,
  type LiveHeader,
  liveSubjects,
  type Message,
  newMessageFrame,
  type Reaction,
} from '@vestnik/contracts';

/** Tells the gateways that serve a conversation what happened in it. Live events may be lost; `sync` makes up. */
export interface LiveEvents {
  /** Messages of any conversations, each conversation's in order and without a hole. */
  newMessages(messages: readonly Message[]): void;
  messageUpdated(message: Message): void;
  messageDeleted(message: Message): void;
  reactionChanged(conversationId: number, messageId: number, reactions: Reaction[]): void;
  /** A member's marker moved; the socket that moved it is left out. */
  messagesRead(read: MessagesRead): void;
  /** A member's device has everything up to a message; the others of the conversation are told. */
  messagesDelivered(delivered: MessagesDelivered): void;
  /** As `messagesDelivered`, of many members: each of some users alone is told of all but themselves. */
  messagesDeliveredTo(userIds: readonly number[], delivered: readonly MessagesDelivered[]): void;
}

/** One move of a delivered marker. */
export interface MessagesDelivered {
  conversationId: number;
  userId: number;
  upToSeq: number;
  deliveredAt: string;
}

/** One move of a marker, as the others are told. */
export interface MessagesRead {
  conversationId: number;
  userId: number;
  /** As the client gave them; empty when it gave a `seq`. */
  messageIds: readonly number[];
  upToSeq: number;
  readAt: string;
  exceptSessionId: string | undefined;
}

/** Characters of frames in one bus message, well below the bus's limit of 8 MB even at 4 bytes each. */
const MAX_LENGTH = 500_000;

/** Creates the teller of live events on a bus. */
export function createLiveEvents(bus: Bus): LiveEvents {
  const tell = (subject: string, event: string, data: unknown, header: LiveHeader = {}) =>
    bus.publish(subject, encodeLive(header, [eventFrame(event, data)]));

  return {
    newMessages(messages) {
      for (const [conversationId, own] of Map.groupBy(messages, (message) => message.conversation_id))
        publishStretch(bus, conversationId, own);
    },
    messageUpdated: (message) =>
      tell(
        liveSubjects.messageUpdated(message.conversation_id),
        'message_updated',
        { conversation_id: message.conversation_id, message },
        { changes_message: true },
      ),
    messageDeleted: (message) =>
      tell(
        liveSubjects.messageDeleted(message.conversation_id),
        'message_deleted',
        { conversation_id: message.conversation_id, message },
        { changes_message: true },
      ),
    reactionChanged: (conversationId, messageId, reactions) =>
      tell(
        liveSubjects.reactionChanged(conversationId),
        'reaction_changed',
        { conversation_id: conversationId, message_id: messageId, reactions },
        { changes_message: true },
      ),
    messagesRead: ({ conversationId, userId, messageIds, upToSeq, readAt, exceptSessionId }) =>
      tell(
        liveSubjects.messagesRead(conversationId),
        'messages_read',
        {
          conversation_id: conversationId,
          user_id: userId,
          message_ids: messageIds,
          up_to_seq: upToSeq,
          read_at: readAt,
        },
        exceptSessionId === undefined ? {} : { except_session_id: exceptSessionId },
      ),
    messagesDelivered: (delivered) =>
      tell(liveSubjects.messagesDelivered(delivered.conversationId), 'messages_delivered', deliveredData(delivered), {
        except_user_id: delivered.userId,
      }),
    messagesDeliveredTo(userIds, delivered) {
      const all = delivered.map((one) => ({
        of: one.userId,
        frame: eventFrame('messages_delivered', deliveredData(one)),
      }));
      for (const userId of userIds) {
        const frames = all.filter(({ of }) => of !== userId).map(({ frame }) => frame);
        if (frames.length > 0) bus.publish(liveSubjects.messagesDeliveredTo(userId), encodeLive({}, frames));
      }
    },
  };
}

function deliveredData({ conversationId, userId, upToSeq, deliveredAt }: MessagesDelivered) {
  return { conversation_id: conversationId, user_id: userId, up_to_seq: upToSeq, delivered_at: deliveredAt };
}

/** Publishes a stretch of a conversation, in as few bus messages as their size allows. */
function publishStretch(bus: Bus, conversationId: number, messages: readonly Message[]): void {
  const subject = liveSubjects.newMessage(conversationId);
  let frames: string[] = [];
  let length = 0;
  let firstSeq = 0;
  for (const message of messages) {
    const frame = newMessageFrame(message);
    if (frames.length > 0 && length + frame.length > MAX_LENGTH) {
      bus.publish(subject, encodeLive({ first_seq: firstSeq }, frames));
      frames = [];
      length = 0;
    }
    if (frames.length === 0) firstSeq = message.seq;
    frames.push(frame);
    length += frame.length;
  }
  bus.publish(subject, encodeLive({ first_seq: firstSeq }, frames));
}
