import { SERVICES, type ServiceName } from '../services.ts';
import { type DurableConsumer, durableConsumers } from './consumers.ts';
import { conversationsEndpoints } from './conversations.ts';
import { liveSubjects, type Stream, streams } from './events.ts';
import { messagesEndpoints } from './messages.ts';
import { presenceEndpoints } from './presence.ts';
import { REVOCATION_SUBJECTS } from './revocations.ts';

/** Everybody who connects to the bus, by the name of the user: the services, and those who operate them. */
export const BUS_USERS = [...SERVICES, 'ops'] as const;

/** A user of the bus. */
export type BusUser = (typeof BUS_USERS)[number];

/**
 * What a service does on the bus besides answering `svc.<its name>.v1.*`, which each does. What it may do is made from
 * this, so what is missing here is refused by the server.
 */
export interface Participant {
  /** Requests that it makes: subjects, by wildcard where it makes all of a service's. */
  readonly asks: readonly string[];
  /** Whether it publishes events, `evt.<its name>.>`. */
  readonly emits: boolean;
  /** Live events that it listens to: subjects with wildcards. */
  readonly hears: readonly string[];
  /** Streams of its own events. */
  readonly owns: readonly Stream[];
  /** Streams that every instance reads as a whole, besides hearing what comes. */
  readonly follows: readonly Stream[];
  readonly consumes: readonly DurableConsumer<unknown>[];
}

/** All requests that a service answers. */
export function requestsOf(service: ServiceName): string {
  return `svc.${service}.v1.*`;
}

/** Who does what on the bus. */
export const participants: Readonly<Record<ServiceName, Participant>> = {
  gateway: {
    asks: [requestsOf('conversations'), requestsOf('messages'), requestsOf('presence'), requestsOf('notifications')],
    emits: true,
    hears: [liveSubjects.ofAny, liveSubjects.statusesChanged, REVOCATION_SUBJECTS],
    owns: [],
    follows: [streams.revocations],
    consumes: [],
  },
  conversations: { asks: [], emits: true, hears: [], owns: [streams.conversations], follows: [], consumes: [] },
  messages: {
    asks: [conversationsEndpoints.snapshots.subject],
    emits: true,
    hears: [],
    owns: [streams.messages],
    follows: [],
    consumes: [durableConsumers.messagesConversationChanged],
  },
  presence: {
    asks: [conversationsEndpoints.conversationsOfUsers.subject, conversationsEndpoints.contactsAmong.subject],
    emits: true,
    hears: [],
    owns: [],
    follows: [],
    consumes: [],
  },
  notifications: {
    asks: [
      conversationsEndpoints.snapshots.subject,
      messagesEndpoints.excerptMessages.subject,
      messagesEndpoints.findReaders.subject,
      presenceEndpoints.connected.subject,
    ],
    emits: false,
    hears: [],
    owns: [],
    follows: [],
    consumes: [durableConsumers.notificationsConversationChanged, durableConsumers.notificationsMessagesStored],
  },
};
