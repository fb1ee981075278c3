import { companiesEndpoints } from './bus/companies.ts';
import { type DurableConsumer, durableConsumers } from './bus/consumers.ts';
import { conversationsEndpoints } from './bus/conversations.ts';
import type { AnyEndpoint } from './bus/endpoint.ts';
import { durableEvents, liveSubjects, type Stream, streams } from './bus/events.ts';
import { gatewayEndpoints } from './bus/gateway.ts';
import { messagesEndpoints } from './bus/messages.ts';
import { notificationsEndpoints } from './bus/notifications.ts';
import { presenceEndpoints } from './bus/presence.ts';
import { REVOCATION_STORED } from './bus/revocations.ts';

/**
 * One service: its purpose, its data, and its part on the bus. Everything that has to know the services derives from this:
 * bus users with their permissions, database roles, schemas, the start order, images, and the tables in the documents.
 */
export interface Service {
  /** The data or the task that the service owns, for tables and for `nats micro info`. */
  readonly purpose: string;
  /** Whether it has a schema, with a role of the same name, migrations and the request `check-health`. */
  readonly keepsData: boolean;
  /** TCP ports that its container publishes. */
  readonly ports: readonly number[];
  /** The requests that it answers. */
  readonly endpoints: Readonly<Record<string, AnyEndpoint>>;
  /** The requests that it makes, by subject; `EVERY_REQUEST` for those of all services with data. */
  readonly asks: readonly string[];
  /** The requests that ops may make beside `check-health`, by subject. */
  readonly answersOps: readonly string[];
  /** The live events that it subscribes to: subjects with wildcards. */
  readonly subscribesTo: readonly string[];
  /** The streams that keep its events. */
  readonly ownStreams: readonly Stream[];
  /** The streams that every instance reads from the first event on, at its start. */
  readonly readsStreams: readonly Stream[];
  /** Its durable consumers. */
  readonly consumers: readonly DurableConsumer<unknown>[];
}

/** The requests of all services that keep data. */
export const EVERY_REQUEST = 'svc.*.v1.*';

/** The parts that a service may lack. */
const none = {
  ports: [],
  asks: [],
  answersOps: [],
  subscribesTo: [],
  ownStreams: [],
  readsStreams: [],
  consumers: [],
} as const;

/** The registry of all services. The services with data start first, all at once; then the gateway. */
export const services = {
  gateway: {
    ...none,
    purpose: 'The one door: sockets and REST',
    keepsData: false,
    ports: [3000, 3001],
    endpoints: gatewayEndpoints,
    asks: [EVERY_REQUEST],
    answersOps: [gatewayEndpoints.getStatus.subject],
    subscribesTo: [
      liveSubjects.ofAny,
      liveSubjects.statusesChanged,
      liveSubjects.personUpdated,
      liveSubjects.contractAnnounced,
      liveSubjects.ownerNeeded,
      durableEvents.peopleChanged.subject,
      durableEvents.contractChanged.subject,
      durableEvents.blockChanged.subject,
      REVOCATION_STORED,
    ],
    readsStreams: [streams.revocations, streams.revokedPeople],
  },
  conversations: {
    ...none,
    purpose: 'Conversations and their participants',
    keepsData: true,
    endpoints: conversationsEndpoints,
    asks: [companiesEndpoints.findRelations.subject],
    ownStreams: [streams.conversations],
    consumers: [
      durableConsumers.conversationsPeopleChanged,
      durableConsumers.conversationsCompanyChanged,
      durableConsumers.conversationsContractChanged,
      durableConsumers.conversationsBlockChanged,
    ],
  },
  messages: {
    ...none,
    purpose: 'Messages, their order, read markers and unread counts',
    keepsData: true,
    endpoints: messagesEndpoints,
    answersOps: [messagesEndpoints.rebuildSearchIndex.subject],
    asks: [conversationsEndpoints.copyConversations.subject],
    ownStreams: [streams.messages],
    consumers: [
      durableConsumers.messagesConversationChanged,
      durableConsumers.messagesPeopleChanged,
      durableConsumers.messagesCompanyChanged,
      durableConsumers.messagesContractChanged,
      durableConsumers.messagesBlockChanged,
    ],
  },
  presence: {
    ...none,
    purpose: 'Connected users, and when each user was last seen',
    keepsData: true,
    endpoints: presenceEndpoints,
    asks: [conversationsEndpoints.listAudiences.subject, conversationsEndpoints.findContacts.subject],
  },
  notifications: {
    ...none,
    purpose: 'Devices, preferences and pushes',
    keepsData: true,
    endpoints: notificationsEndpoints,
    asks: [
      conversationsEndpoints.copyConversations.subject,
      messagesEndpoints.excerptMessages.subject,
      messagesEndpoints.findReaders.subject,
      presenceEndpoints.findConnected.subject,
      presenceEndpoints.getStatuses.subject,
    ],
    subscribesTo: [REVOCATION_STORED],
    readsStreams: [streams.revocations, streams.revokedPeople],
    consumers: [durableConsumers.notificationsConversationChanged, durableConsumers.notificationsMessagesStored],
  },
  companies: {
    ...none,
    purpose: 'Companies, their people, and what companies agreed on',
    keepsData: true,
    endpoints: companiesEndpoints,
    asks: [
      conversationsEndpoints.findContacts.subject,
      conversationsEndpoints.readContacts.subject,
      conversationsEndpoints.listConversationsOfUsers.subject,
    ],
    answersOps: [
      companiesEndpoints.moveUser.subject,
      companiesEndpoints.inspectCompany.subject,
      companiesEndpoints.operateCompany.subject,
      companiesEndpoints.readAuditChain.subject,
    ],
    ownStreams: [streams.companies],
    consumers: [durableConsumers.companiesConversationChanged],
  },
} as const satisfies Record<string, Service>;

/** A service by name. */
export type ServiceName = keyof typeof services;

/** A service that keeps data. */
export type DataService = {
  [Name in ServiceName]: (typeof services)[Name]['keepsData'] extends true ? Name : never;
}[ServiceName];

/** Every service, in the order of the registry. */
export const SERVICES = Object.keys(services) as ServiceName[];

/** The services that keep data, in the order in which they are shown. */
export const DATA_SERVICES = SERVICES.filter((name): name is DataService => services[name].keepsData);

/**
 * The users of the account of the revocations: the operators when they revoke tokens, and companies when an admin ends the access
 * of one of the company's people.
 */
export const REVOKERS = ['revoker', 'company-revoker'] as const;

/** Everything that connects to the bus has a user of its own: each service, the operators (`ops`), and the revokers. */
export const BUS_USERS = [...SERVICES, 'ops', ...REVOKERS] as const;

/** A user of the bus. */
export type BusUser = (typeof BUS_USERS)[number];

/** The schema of a service, which is also the name of its database role: SQL wants `_` where the name has a hyphen. */
export function schemaOf(service: DataService): string {
  return service.replaceAll('-', '_');
}

/** The environment variable of a service or a bus user: `variableOf('ops', 'NATS_PASSWORD')` is OPS_NATS_PASSWORD. */
export function variableOf(name: BusUser, ending: string): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_${ending}`;
}

/** Returns something for each name. */
export function forEachName<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;
}
