import { type ConversationChanged, type DurableEvent, durableEvents, type MessagesStored } from './events.ts';

/** A place in a stream that the instances of one service share; it is kept while none of them runs. */
export interface DurableConsumer<Payload> {
  /** Its name in the stream; it begins with the service whose own it is. */
  readonly durable: string;
  readonly event: DurableEvent<Payload>;
  /**
   * The first event that a consumer without a place in the stream is handed: the oldest that the stream keeps, or the
   * next one that is published. Read once, when the consumer is created.
   */
  readonly startsAt: 'oldest' | 'next';
}

/** Every durable consumer. */
export const durableConsumers = {
  messagesConversationChanged: {
    durable: 'messages-conversation-changed',
    event: durableEvents.conversationChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ConversationChanged>,
  notificationsConversationChanged: {
    durable: 'notifications-conversation-changed',
    event: durableEvents.conversationChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ConversationChanged>,
  notificationsMessagesStored: {
    durable: 'notifications-messages-stored',
    event: durableEvents.messagesStored,
    startsAt: 'oldest',
  } as DurableConsumer<MessagesStored>,
};
