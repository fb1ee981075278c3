import { type ConversationChanged, type DurableEvent, durableEvents, type MessagesStored } from './events.ts';

/** A consumer that the instances of one service share. The stream remembers its place while no instance runs. */
export interface DurableConsumer<Payload> {
  /** Its name in the stream, which begins with the name of the service. */
  readonly durable: string;
  readonly event: DurableEvent<Payload>;
  /**
   * The first event that a consumer without a place in the stream is handed: the oldest that the stream keeps, or the
   * next one that is published. Read once, when the consumer is created.
   */
  readonly startsAt: 'oldest' | 'next';
}

/** Every durable consumer. `npm run generate` shows the comments in docs/subjects.md. */
export const durableConsumers = {
  /** Takes the conversation into its own copy of membership. It ignores an older or equal `version`. */
  messagesConversationChanged: {
    durable: 'messages-conversation-changed',
    event: durableEvents.conversationChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ConversationChanged>,
  /** Takes the conversation into its own copy of membership. It ignores an older or equal `version`. */
  notificationsConversationChanged: {
    durable: 'notifications-conversation-changed',
    event: durableEvents.conversationChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ConversationChanged>,
  /** Records a push for each device of each recipient. (Message, device) is unique, so a repetition records nothing. */
  notificationsMessagesStored: {
    durable: 'notifications-messages-stored',
    event: durableEvents.messagesStored,
    startsAt: 'oldest',
  } as DurableConsumer<MessagesStored>,
};
