import { z } from 'zod';
import type { Conversation, IsoTime, Mentions, Person, ShownContract, UserStatus } from '../model.ts';
import { id, isoTime, mentions, version } from '../primitives.ts';
import {
  type BlockFact,
  blockFactSchema,
  type CompanyFact,
  type ContractFact,
  companyFactSchema,
  contractFactSchema,
  type PersonFact,
  personFactSchema,
} from './companies.ts';
import { conversationSchema } from './conversations.ts';
import { PERSON_REVOCATION_SUBJECTS, REVOCATION_STORED, REVOCATION_SUBJECTS } from './revocations.ts';

/**
 * The subjects of live events, for the sockets of one conversation (`c<id>`), of one user (`u<id>`), or for every gateway.
 * `npm run generate` shows the comments in docs/subjects.md. `live.ts` describes frames and headers.
 */
export const liveSubjects = {
  /** Messages were stored: a frame for each, with `first_seq` in the header. Published after the commit, before the reply. */
  newMessage: (conversationId: number) => `evt.messages.v1.new_message.c${conversationId}`,
  /** The content or the pin of a message changed: one frame, with `changes_message` in the header. Published after the commit. */
  messageUpdated: (conversationId: number) => `evt.messages.v1.message_updated.c${conversationId}`,
  /** A message became a tombstone: one frame, with `changes_message` in the header. Published after the commit. */
  messageDeleted: (conversationId: number) => `evt.messages.v1.message_deleted.c${conversationId}`,
  /** The reactions to a message changed: one frame, with `changes_message` in the header. Published after the commit. */
  reactionChanged: (conversationId: number) => `evt.messages.v1.reaction_changed.c${conversationId}`,
  /** The read marker of a member is here: one frame, with `except_session_id` in the header. Published after the commit. */
  messagesRead: (conversationId: number) => `evt.messages.v1.messages_read.c${conversationId}`,
  /** The delivered marker of a member moved: one frame, with `except_user_id` in the header. Published after the commit. */
  messagesDelivered: (conversationId: number) => `evt.messages.v1.messages_delivered.c${conversationId}`,
  /** The same, in conversations of more than 50 members: one frame to each sender of the delivered messages. */
  messagesDeliveredTo: (userId: number) => `evt.messages.v1.messages_delivered.u${userId}`,
  /** A user types, or stopped: one frame, with `except_user_id` in the header. Nothing is stored. */
  userTyping: (conversationId: number) => `evt.gateway.v1.user_typing.c${conversationId}`,
  /**
   * A conversation changed: one frame. Published after the commit, before the reply. Of many changes within a short
   * time, several are published as one, later.
   */
  conversationUpdated: (conversationId: number) => `evt.conversations.v1.conversation_updated.c${conversationId}`,
  /** A user joined or left a conversation: `MembershipChanged`. Published after the commit, before the reply. */
  membershipChanged: (userId: number) => `evt.conversations.v1.membership_changed.u${userId}`,
  /** A user's preferences changed: one frame, to the user's own sockets. Published after the commit. */
  preferencesUpdated: (userId: number) => `evt.notifications.v1.preferences_updated.u${userId}`,
  /** A user registered a device: one frame, without its secret, to the user's own sockets. Published after the commit. */
  deviceRegistered: (userId: number) => `evt.notifications.v1.device_registered.u${userId}`,
  /** Users went online or offline: `StatusesChanged`. Published after the commit. */
  statusesChanged: 'evt.presence.v1.statuses_changed',
  /** A group has no owner any more, for the admins of its company: `OwnerNeeded`. Published after the commit. */
  ownerNeeded: 'evt.conversations.v1.owner_needed',
  /** A contract changed, for the admins of both companies: `ContractAnnounced`. Published after the commit. */
  contractAnnounced: 'evt.companies.v1.contract_announced',
  /** A person has another name, company or picture: `PersonUpdated`. Published after the commit. */
  personUpdated: 'evt.companies.v1.person_updated',
  /** All frames for the sockets of one conversation. */
  ofConversation: (conversationId: number) => `evt.*.v1.*.c${conversationId}`,
  /** All events of one user. */
  ofUser: (userId: number) => `evt.*.v1.*.u${userId}`,
  /** Covers `ofConversation` and `ofUser`. */
  ofAny: 'evt.*.v1.*.*',
} as const;

/** Returns the subjects of all events of a service, live and durable, `*` in place of a conversation or user. */
export function eventSubjectsOf(service: string): string[] {
  const live = Object.values(liveSubjects).map((subject) =>
    typeof subject === 'string' ? subject : subject(0).replace(/[^.]+$/, '*'),
  );
  const durable = Object.values(durableEvents).map(({ subject }) => subject);
  return Array.from(new Set([...live, ...durable])).filter((subject) => subject.split('.')[1] === service);
}

/**
 * A user joined or left a conversation, was invited into it, or is no longer invited. With `left` the conversation is the one without
 * the user.
 */
export interface MembershipChanged {
  change: 'joined' | 'left' | 'invited' | 'uninvited';
  conversation: Conversation;
}

/**
 * Users went online or offline. Each comes with the conversations whose participants may see the user's status, and with the users
 * and companies that may not see it.
 */
export interface StatusesChanged {
  changes: (UserStatus & {
    conversation_ids: number[];
    hidden_user_ids?: number[];
    hidden_company_ids?: number[];
  })[];
}

/** A person has another name, company or picture. The participants of the conversations may see the person. */
export interface PersonUpdated {
  person: Person;
  conversation_ids: number[];
}

/** A contract changed: as each of the two companies sees it now. */
export interface ContractAnnounced {
  views: { company_id: number; contract: ShownContract }[];
}

/** A group of a company has no owner any more, since nobody of the company is left in it. */
export interface OwnerNeeded {
  company_id: number;
  conversation_id: number;
  name: string | null;
}

/** An act in a conversation: its user and its effect, for the audits of the companies concerned. */
const conversationAct = z.object({
  /** The user who did it; null for the server, which ends what crosses after a severing. */
  by: id.nullable(),
  created: z.boolean(),
  renamed: z.boolean(),
  joined: z.array(id),
  left: z.array(id),
});

/** An act in a conversation. */
export type ConversationAct = z.output<typeof conversationAct>;

/**
 * A conversation changed. The event carries the whole state. A copy takes it when `version` is newer than its own. An event of an
 * older release has no `act`.
 */
export interface ConversationChanged {
  conversation: Conversation;
  act?: ConversationAct | undefined;
}

/**
 * One commit stored messages, perhaps in several conversations. The event has no content: a consumer that needs the content
 * asks for it, and so sees later edits and deletions too. `conversation_version` is the version of the membership that the
 * sends were checked against.
 */
export interface MessagesStored {
  messages: {
    message_id: number;
    conversation_id: number;
    seq: number;
    sender_id: number;
    conversation_version: number;
    /** Absent in events of older releases. */
    created_at?: IsoTime | undefined;
    /** Absent for none. */
    mentions?: Mentions | undefined;
  }[];
}

/**
 * One commit changed people: their company, name or picture. The event carries the whole state of each. A copy takes a person
 * when `version` is newer than its own.
 */
export interface PeopleChanged {
  people: PersonFact[];
}

/** A company's name or policy changed. A copy takes the company when `version` is newer than its own. */
export interface CompanyChanged {
  company: CompanyFact;
}

/** A contract was proposed, accepted, changed or severed. A copy takes it when `version` is newer than its own. */
export interface ContractChanged {
  contract: ContractFact;
}

/** A block was made or removed. A copy takes it when `version` is newer than its own. */
export interface BlockChanged {
  block: BlockFact;
}

/** A durable event that a consumer could not handle, with all that operators need to examine it and to publish it again. */
export interface EventSetAside {
  /** The durable consumer that set the event aside. */
  consumer: string;
  /** Stream of the event. `stream_seq` is its sequence number there, `subject` its subject. */
  stream: string;
  stream_seq: number;
  subject: string;
  /** How many times the consumer tried. */
  attempts: number;
  /** The error of the last try. */
  reason: string;
  set_aside_at: IsoTime;
  /** The event itself, as text. */
  payload: string;
}

/** Where a service publishes the events that it sets aside. */
export const setAsideSubject = (service: string) => `evt.${service}.v1.event_set_aside`;

/** A JetStream stream: the subjects that it keeps, and for how long. */
export interface Stream {
  name: string;
  /** The account of the bus in which the stream is, when it is not that of the services. */
  account?: string;
  subjects: string[];
  /** Days that events are kept for consumers that are behind. */
  maxAgeDays: number;
  /** Bytes that the stream keeps at most, and bytes of one event. */
  maxBytes: number;
  maxEventBytes: number;
  /** A full stream drops its oldest event, which its consumers have long had, or refuses the new one. */
  whenFull: 'drop oldest' | 'refuse';
  /** The subject on which the server tells that the stream has stored an event. */
  storedSubject?: string;
}

const MIB = 1_048_576;

/** The limits of a stream of events that services consume within seconds. */
const consumed = { maxAgeDays: 7, maxEventBytes: MIB, whenFull: 'drop oldest' } as const;

/** The streams of durable events, which no consumer misses. */
export const streams = {
  conversations: {
    name: 'CONVERSATIONS',
    subjects: ['evt.conversations.v1.conversation_changed'],
    maxBytes: 2_048 * MIB,
    ...consumed,
  },
  companies: {
    name: 'COMPANIES',
    subjects: [
      'evt.companies.v1.people_changed',
      'evt.companies.v1.company_changed',
      'evt.companies.v1.contract_changed',
      'evt.companies.v1.block_changed',
    ],
    maxBytes: 1_024 * MIB,
    ...consumed,
  },
  messages: {
    name: 'MESSAGES',
    subjects: ['evt.messages.v1.messages_stored'],
    maxBytes: 8_192 * MIB,
    ...consumed,
  },
  /** Kept as long as a token may be valid. No service can write in its account. */
  revocations: {
    name: 'REVOCATIONS',
    account: 'REVOCATIONS',
    subjects: [REVOCATION_SUBJECTS],
    maxAgeDays: 400,
    maxBytes: 128 * MIB,
    maxEventBytes: 4_096,
    whenFull: 'refuse',
    storedSubject: REVOCATION_STORED,
  },
  /** The revocations that admins of companies ask for, kept as long. Companies alone publishes them, and changes none. */
  revokedPeople: {
    name: 'REVOKED_PEOPLE',
    account: 'REVOCATIONS',
    subjects: [PERSON_REVOCATION_SUBJECTS],
    maxAgeDays: 400,
    maxBytes: 64 * MIB,
    maxEventBytes: 1_024,
    whenFull: 'refuse',
    storedSubject: REVOCATION_STORED,
  },
  /**
   * The events that consumers of all services set aside, kept longer than in the streams that they come from. The payload is
   * text in JSON, so such an event may be several times as large as the one that was set aside.
   */
  aside: {
    name: 'ASIDE',
    subjects: ['evt.*.v1.event_set_aside'],
    maxAgeDays: 30,
    maxBytes: 512 * MIB,
    maxEventBytes: 7 * MIB,
    whenFull: 'refuse',
  },
} as const satisfies Record<string, Stream>;

/** A durable event: its stream, its subject and its payload. */
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
  created_at: isoTime.optional(),
  mentions: mentions.optional(),
});

/** The durable events. `npm run generate` shows the comments in docs/subjects.md. */
export const durableEvents = {
  /** A conversation changed: `ConversationChanged`, the whole conversation with its `version`. */
  conversationChanged: {
    stream: 'CONVERSATIONS',
    subject: 'evt.conversations.v1.conversation_changed',
    schema: z.object({ conversation: conversationSchema, act: conversationAct.optional() }),
  } satisfies DurableEvent<ConversationChanged>,
  /** One commit stored messages: `MessagesStored`, their ids, `seq` and senders, without content. */
  messagesStored: {
    stream: 'MESSAGES',
    subject: 'evt.messages.v1.messages_stored',
    schema: z.object({ messages: z.array(storedMessage) }),
  } satisfies DurableEvent<MessagesStored>,
  /** People have another company, name or picture, or came for the first time: `PeopleChanged`, with the `version` of each. */
  peopleChanged: {
    stream: 'COMPANIES',
    subject: 'evt.companies.v1.people_changed',
    schema: z.object({ people: z.array(personFactSchema) }),
  } satisfies DurableEvent<PeopleChanged>,
  /** A company has another name or policy, or came for the first time: `CompanyChanged`, the whole company with its `version`. */
  companyChanged: {
    stream: 'COMPANIES',
    subject: 'evt.companies.v1.company_changed',
    schema: z.object({ company: companyFactSchema }),
  } satisfies DurableEvent<CompanyChanged>,
  /** A contract was proposed, accepted, changed or severed: `ContractChanged`, the whole contract with its `version`. */
  contractChanged: {
    stream: 'COMPANIES',
    subject: 'evt.companies.v1.contract_changed',
    schema: z.object({ contract: contractFactSchema }),
  } satisfies DurableEvent<ContractChanged>,
  /** A block was made or removed: `BlockChanged`, the whole block with its `version`. */
  blockChanged: {
    stream: 'COMPANIES',
    subject: 'evt.companies.v1.block_changed',
    schema: z.object({ block: blockFactSchema }),
  } satisfies DurableEvent<BlockChanged>,
};
