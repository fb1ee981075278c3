import {
  type BlockChanged,
  type CompanyChanged,
  type ContractChanged,
  type ConversationChanged,
  type DurableEvent,
  durableEvents,
  type MessagesStored,
  type PeopleChanged,
} from './events.ts';

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

/** Durable consumers that no service reads any more. They are removed, so that nobody takes their growing lag for a fault. */
export const retiredConsumers: readonly { readonly stream: string; readonly name: string }[] = [
  { stream: 'MESSAGES', name: 'messages-messages-stored' },
];

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
  /** Takes people into its own copy. It ignores an older or equal `version`. */
  conversationsPeopleChanged: {
    durable: 'conversations-people-changed',
    event: durableEvents.peopleChanged,
    startsAt: 'oldest',
  } as DurableConsumer<PeopleChanged>,
  /** Takes the policy of a company into its own copy. It ignores an older or equal `version`. */
  conversationsCompanyChanged: {
    durable: 'conversations-company-changed',
    event: durableEvents.companyChanged,
    startsAt: 'oldest',
  } as DurableConsumer<CompanyChanged>,
  /** Takes the contract into its own copy, and ends what crosses between the companies once it is severed. */
  conversationsContractChanged: {
    durable: 'conversations-contract-changed',
    event: durableEvents.contractChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ContractChanged>,
  /** Takes the block into its own copy. It ignores an older or equal `version`. */
  conversationsBlockChanged: {
    durable: 'conversations-block-changed',
    event: durableEvents.blockChanged,
    startsAt: 'oldest',
  } as DurableConsumer<BlockChanged>,
  /** Takes people into its own copy, and marks the conversations whose sends are judged. It ignores an older or equal `version`. */
  messagesPeopleChanged: {
    durable: 'messages-people-changed',
    event: durableEvents.peopleChanged,
    startsAt: 'oldest',
  } as DurableConsumer<PeopleChanged>,
  /** Takes the policy of a company into its own copy. It ignores an older or equal `version`. */
  messagesCompanyChanged: {
    durable: 'messages-company-changed',
    event: durableEvents.companyChanged,
    startsAt: 'oldest',
  } as DurableConsumer<CompanyChanged>,
  /** Takes the contract into its own copy, by which sends are judged. It ignores an older or equal `version`. */
  messagesContractChanged: {
    durable: 'messages-contract-changed',
    event: durableEvents.contractChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ContractChanged>,
  /** Takes the block into its own copy, and marks the direct conversation of the two. It ignores an older or equal `version`. */
  messagesBlockChanged: {
    durable: 'messages-block-changed',
    event: durableEvents.blockChanged,
    startsAt: 'oldest',
  } as DurableConsumer<BlockChanged>,
  /** Adds what was done to the audits of the companies concerned. An act that is there already adds nothing. */
  companiesConversationChanged: {
    durable: 'companies-conversation-changed',
    event: durableEvents.conversationChanged,
    startsAt: 'oldest',
  } as DurableConsumer<ConversationChanged>,
};
