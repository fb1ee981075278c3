import { z } from 'zod';
import type { Conversation, IsoTime, UserStatus } from '../model.ts';
import { id, version } from '../primitives.ts';
import type { ServiceName } from '../services.ts';
import { conversationSchema } from './conversations.ts';
import { REVOCATION_SUBJECTS } from './revocations.ts';

/** Live subjects: events for the sockets of one conversation (`c<id>`), of one user (`u<id>`), or for every gateway. */
export const liveSubjects = {
  newMessage: (conversationId: number) => `evt.messages.v1.new_message.c${conversationId}`,
  messageUpdated: (conversationId: number) => `evt.messages.v1.message_updated.c${conversationId}`,
  messageDeleted: (conversationId: number) => `evt.messages.v1.message_deleted.c${conversationId}`,
  reactionChanged: (conversationId: number) => `evt.messages.v1.reaction_changed.c${conversationId}`,
  messagesRead: (conversationId: number) => `evt.messages.v1.messages_read.c${conversationId}`,
  messagesDelivered: (conversationId: number) => `evt.messages.v1.messages_delivered.c${conversationId}`,
  /** The same, to one user: in large groups only those whose messages were delivered are told. */
  messagesDeliveredTo: (userId: number) => `evt.messages.v1.messages_delivered.u${userId}`,
  userTyping: (conversationId: number) => `evt.gateway.v1.user_typing.c${conversationId}`,
  conversationUpdated: (conversationId: number) => `evt.conversations.v1.conversation_updated.c${conversationId}`,
  /** Payload `MembershipChanged`: the user's sockets join or leave. */
  membershipChanged: (userId: number) => `evt.conversations.v1.membership_changed.u${userId}`,
  /** Payload `StatusesChanged`, to every gateway: each knows which of its users share a conversation. */
  statusesChanged: 'evt.presence.v1.statuses_changed',
  /** All frames for the sockets of one conversation. */
  ofConversation: (conversationId: number) => `evt.*.v1.*.c${conversationId}`,
  /** All that concerns one user. */
  ofUser: (userId: number) => `evt.*.v1.*.u${userId}`,
  /** What `ofConversation` and `ofUser` are parts of. */
  ofAny: 'evt.*.v1.*.*',
} as const;

/** A user's place in a conversation changed. `left` carries the conversation as it is without the user. */
export interface MembershipChanged {
  change: 'joined' | 'left';
  conversation: Conversation;
}

/** Users went online or offline; each with the conversations whose people may know. */
export interface StatusesChanged {
  changes: (UserStatus & { conversation_ids: number[] })[];
}

/** A conversation changed; carries its whole state, so that a copy takes it when `version` is newer than its own. */
export interface ConversationChanged {
  conversation: Conversation;
}

/**
 * Messages were stored by one commit, across conversations. Thin on purpose: who needs the content asks for it, and
 * then sees later edits and deletions too. `conversation_version` is the version of the membership that the sends were
 * checked against.
 */
export interface MessagesStored {
  messages: {
    message_id: number;
    conversation_id: number;
    seq: number;
    sender_id: number;
    conversation_version: number;
  }[];
}

/** A durable event that a consumer could not handle, with all that it takes to look at it and to publish it again. */
export interface EventSetAside {
  /** The durable consumer that gave it up. */
  consumer: string;
  /** Where the event came from: its stream, its place there and its subject. */
  stream: string;
  stream_seq: number;
  subject: string;
  /** How many times it was tried. */
  attempts: number;
  /** What the last try failed with. */
  reason: string;
  set_aside_at: IsoTime;
  /** The event itself, as text. */
  payload: string;
}

/** Where a service publishes the events that it sets aside. */
export const setAsideSubject = (service: ServiceName) => `evt.${service}.v1.event_set_aside`;

/** A JetStream stream: what it takes, for how long, how much of each subject. */
export interface Stream {
  name: string;
  subjects: string[];
  /** Days that events are kept for consumers that are behind. */
  maxAgeDays: number;
  /** Of each subject so many are kept, the newest; all when absent. */
  maxPerSubject?: number;
}

/** The streams of durable events: what a consumer must not miss. */
export const streams = {
  conversations: {
    name: 'CONVERSATIONS',
    subjects: ['evt.conversations.v1.conversation_changed'],
    maxAgeDays: 7,
  },
  messages: { name: 'MESSAGES', subjects: ['evt.messages.v1.messages_stored'], maxAgeDays: 7 },
  /** Kept for as long as a token may be good; several of each, so that one that cannot be read displaces no good one. */
  revocations: { name: 'REVOCATIONS', subjects: [REVOCATION_SUBJECTS], maxAgeDays: 400, maxPerSubject: 10 },
  /** What could not be handled, of all services; kept for longer than the events' own streams keep them. */
  aside: { name: 'ASIDE', subjects: ['evt.*.v1.event_set_aside'], maxAgeDays: 30 },
} as const satisfies Record<string, Stream>;

/** A durable event: where it is kept and what it carries. */
export interface DurableEvent<Payload> {
  readonly stream: string;
  readonly subject: string;
  readonly schema: z.ZodType<Payload>;
}

const storedMessage = z.object({
  message_id: id,
  conversation_id: id,
  seq: id,
  sender_id: id,
  conversation_version: version,
});

/** The durable events: the stream that keeps them, their subject and what they carry. */
export const durableEvents = {
  conversationChanged: {
    stream: 'CONVERSATIONS',
    subject: 'evt.conversations.v1.conversation_changed',
    schema: z.object({ conversation: conversationSchema }),
  } satisfies DurableEvent<ConversationChanged>,
  messagesStored: {
    stream: 'MESSAGES',
    subject: 'evt.messages.v1.messages_stored',
    schema: z.object({ messages: z.array(storedMessage) }),
  } satisfies DurableEvent<MessagesStored>,
};
