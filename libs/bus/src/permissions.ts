import { randomBytes } from 'node:crypto';
import {
  type BusUser,
  DATA_SERVICES,
  durableEvents,
  EVERY_REQUEST,
  eventSubjectsOf,
  PERSON_REVOCATION_SUBJECTS,
  REVOCATION_SUBJECTS,
  SERVICES,
  type Service,
  type ServiceName,
  type Stream,
  services,
  setAsideSubject,
  streams,
} from '@vestnik/contracts';

/** The prefix of JetStream's requests in the account of the stream. */
export const API_PREFIX = '$JS.API';

/** The subjects that a user may publish and subscribe to, with the wildcards of NATS. The server refuses all others. */
export interface Permissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** The prefix of the subjects on which a user gets replies. No other user may subscribe there. */
export function inboxPrefixOf(user: BusUser): string {
  return `_INBOX_${user}`;
}

/**
 * Where services answer `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS` of NATS tools. Every service may write there, so nothing is
 * decided by what comes.
 */
export const DISCOVERY_INBOX = '_INBOX_discovery';

/** Where the server itself answers NATS tools that ops run without an option. No service may write there. */
const TOOLS_INBOX = '_INBOX';

/**
 * Returns a new prefix of the subjects on which NATS's client gets the answers of JetStream. It is random, since the client
 * makes the rest of these subjects by `Math.random`. No service has a name like it, so no service may write there.
 */
export function clientInboxOf(user: BusUser): string {
  return `${inboxPrefixOf(user)}.${randomBytes(16).toString('base64url')}`;
}

/** Returns what a user may do on the bus. It follows from the registry of services. */
export function permissionsOf(user: BusUser): Permissions {
  if (user === 'ops') return ofOperators();
  if (user === 'revoker') return ofRevoker();
  return user === 'company-revoker' ? ofCompanyRevoker() : ofService(user);
}

/**
 * A service may send replies to the inboxes of its callers only, and there below its own name. With `allow_responses` a
 * caller could make the service publish what the caller may not publish. Below another name it could forge a reply.
 *
 * No service may create a stream: the creator of a stream decides which subjects the stream takes, and could so read the
 * events of other services. A service may create its own consumers, since the subject of that request names the stream,
 * the consumer and the event.
 */
function ofService(service: ServiceName): Permissions {
  const role: Service = services[service];
  const replies = [...callersOf(service), 'ops' as const].map((caller) => `${inboxPrefixOf(caller)}.${service}.>`);
  return {
    publish: [
      ...requestsOf(role),
      ...eventSubjectsOf(service),
      ...replies,
      `${DISCOVERY_INBOX}.>`,
      ...role.ownStreams.map(({ name }) => `$JS.API.STREAM.INFO.${name}`),
      ...role.readsStreams.flatMap((stream) => readRequestsOf(stream, apiPrefixOf(stream))),
      ...role.consumers.flatMap(({ durable, event: { stream, subject } }) => [
        `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subject}`,
        `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.>`,
      ]),
      ...(role.consumers.length > 0 ? [setAsideSubject(service), `$JS.API.STREAM.INFO.${streams.aside.name}`] : []),
    ],
    subscribe: [
      `${inboxPrefixOf(service)}.>`,
      `svc.${service}.v1.*`,
      '$SRV.*',
      `$SRV.*.${service}`,
      `$SRV.*.${service}.*`,
      ...role.subscribesTo,
    ],
  };
}

/**
 * Ops watch every event, see the services, manage streams and replay durable events that were set aside.
 * Ops make no request in the name of a user; `answersOps` of a service lists its requests for ops.
 */
function ofOperators(): Permissions {
  return {
    publish: [
      '$SRV.>',
      '$JS.API.>',
      '$JS.ACK.>',
      'svc.*.v1.check-health',
      ...SERVICES.flatMap((service) => services[service].answersOps),
      ...Object.values(durableEvents).map(({ subject }) => subject),
    ],
    subscribe: [
      `${inboxPrefixOf('ops')}.>`,
      `${DISCOVERY_INBOX}.>`,
      `${TOOLS_INBOX}.>`,
      '$SRV.>',
      '$JS.EVENT.>',
      'evt.>',
    ],
  };
}

/** Revokes tokens, and manages the streams of revocations. */
function ofRevoker(): Permissions {
  return {
    publish: [REVOCATION_SUBJECTS, `${API_PREFIX}.>`],
    subscribe: [`${inboxPrefixOf('revoker')}.>`, `${TOOLS_INBOX}.>`, '$JS.EVENT.>', REVOCATION_SUBJECTS],
  };
}

/** Revokes the tokens of people. It makes no request of JetStream, whose answers could go anywhere in the account. */
function ofCompanyRevoker(): Permissions {
  return { publish: [PERSON_REVOCATION_SUBJECTS], subscribe: [`${inboxPrefixOf('company-revoker')}.>`] };
}

/** The prefix of JetStream's requests about a stream, as services make them. */
export function apiPrefixOf({ account }: Stream): string {
  return account ? `$JS.${account}.API` : API_PREFIX;
}

/** The requests by which a stream is read, below a prefix. */
export function readRequestsOf({ name }: Stream, prefix: string): string[] {
  return [`${prefix}.STREAM.INFO.${name}`, `${prefix}.DIRECT.GET.${name}`];
}

/** The requests that a service makes. */
function requestsOf({ asks }: Service): string[] {
  return asks.flatMap((subject) =>
    subject === EVERY_REQUEST ? DATA_SERVICES.map((service) => `svc.${service}.v1.*`) : [subject],
  );
}

function callersOf(service: ServiceName): ServiceName[] {
  return SERVICES.filter((caller) => requestsOf(services[caller]).some((subject) => subject.split('.')[1] === service));
}
