import type { Bus } from '@vestnik/bus';
import {
  encodeLive,
  eventFrame,
  type LiveHeader,
  liveSubjects,
  type Message,
  newMessageFrame,
} from '@vestnik/contracts';

/** Publishes live events to the gateways that serve a conversation. Live events may be lost; clients then `sync`. */
export interface LiveEvents {
  /** Messages of any conversations, those of each conversation in order and without a gap. */
  newMessages(messages: readonly Message[]): void;
  /** A change of a message, for all members but `hiddenFrom`, who may not see the message. */
  messageUpdated(message: Message, hiddenFrom: readonly number[]): void;
  messageDeleted(message: Message, hiddenFrom: readonly number[]): void;
  reactionChanged(message: Message, hiddenFrom: readonly number[]): void;
  /** A member's marker moved. The socket that moved it does not get the event. */
  messagesRead(read: MessagesRead): void;
  /** A member's device has everything up to a message. The others of the conversation get the event. */
  messagesDelivered(delivered: MessagesDelivered): void;
  /** As `messagesDelivered`, of many members and to some users alone. No user gets events of their own devices. */
  messagesDeliveredTo(userIds: readonly number[], delivered: readonly MessagesDelivered[]): void;
}

/** One move of a delivered marker. */
export interface MessagesDelivered {
  conversationId: number;
  userId: number;
  upToSeq: number;
  deliveredAt: string;
}

/** One move of a read marker. */
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

/** Creates the publisher of live events on a bus. */
export function createLiveEvents(bus: Bus): LiveEvents {
  const publish = (subject: string, event: string, data: unknown, header: LiveHeader = {}) =>
    bus.publish(subject, encodeLive(header, [eventFrame(event, data)]));

  return {
    newMessages(messages) {
      for (const [conversationId, own] of Map.groupBy(messages, (message) => message.conversation_id))
        publishRange(bus, conversationId, own);
    },
    messageUpdated: (message, hiddenFrom) =>
      publish(
        liveSubjects.messageUpdated(message.conversation_id),
        'message_updated',
        { conversation_id: message.conversation_id, message },
        changeHeader(message.seq, hiddenFrom),
      ),
    messageDeleted: (message, hiddenFrom) =>
      publish(
        liveSubjects.messageDeleted(message.conversation_id),
        'message_deleted',
        { conversation_id: message.conversation_id, message },
        changeHeader(message.seq, hiddenFrom),
      ),
    reactionChanged: ({ conversation_id, id, seq, reactions, version }, hiddenFrom) =>
      publish(
        liveSubjects.reactionChanged(conversation_id),
        'reaction_changed',
        { conversation_id, message_id: id, reactions, version },
        changeHeader(seq, hiddenFrom),
      ),
    messagesRead: ({ conversationId, userId, messageIds, upToSeq, readAt, exceptSessionId }) =>
      publish(
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
      publish(
        liveSubjects.messagesDelivered(delivered.conversationId),
        'messages_delivered',
        deliveredData(delivered),
        { except_user_id: delivered.userId },
      ),
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

function changeHeader(seq: number, hiddenFrom: readonly number[]): LiveHeader {
  const header: LiveHeader = { changes_message: true, changed_seq: seq };
  return hiddenFrom.length > 0 ? { ...header, hidden_from: hiddenFrom } : header;
}

function deliveredData({ conversationId, userId, upToSeq, deliveredAt }: MessagesDelivered) {
  return { conversation_id: conversationId, user_id: userId, up_to_seq: upToSeq, delivered_at: deliveredAt };
}

/** Publishes a range of a conversation in as few bus messages as their size allows. */
function publishRange(bus: Bus, conversationId: number, messages: readonly Message[]): void {
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
