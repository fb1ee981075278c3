import {
  type BusUser,
  durableEvents,
  participants,
  REVOCATION_SUBJECTS,
  requestsOf,
  SERVICES,
  type ServiceName,
  setAsideSubject,
  streams,
} from '@vestnik/contracts';

/** Subjects that a user may publish and subscribe to, wildcards as in NATS; nothing else. */
export interface Permissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/**
 * What a user's replies come to; nobody else may listen there. That of ops is what NATS clients use of themselves, so
 * that the `nats` command needs no option.
 */
export function inboxPrefixOf(user: BusUser): string {
  return user === 'ops' ? '_INBOX' : `_INBOX_${user}`;
}

/** What a user may do on the bus, from what the contracts say that it does. */
export function permissionsOf(user: BusUser): Permissions {
  return user === 'ops' ? ofOperators() : ofService(user);
}

/**
 * Replies may go to the inboxes of those who ask this service, not wherever a request says (`allow_responses`): whoever
 * asks names the subject of the reply, and could have others publish what it may not publish itself.
 *
 * Streams are not created by their owners: who may create a stream decides which subjects it takes, and so could read
 * what others publish. A consumer is named with its stream and subject in the request, so its owner creates it.
 */
function ofService(service: ServiceName): Permissions {
  const { asks, emits, hears, owns, follows, consumes } = participants[service];
  const inboxes = [...callersOf(service), 'ops' as const].map((caller) => `${inboxPrefixOf(caller)}.>`);
  return {
    publish: [
      ...asks,
      ...(emits ? [`evt.${service}.>`] : []),
      ...inboxes,
      ...[...owns, ...follows].map(({ name }) => `$JS.API.STREAM.INFO.${name}`),
      ...follows.map(({ name }) => `$JS.API.DIRECT.GET.${name}`),
      ...consumes.flatMap(({ durable, event: { stream, subject } }) => [
        `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subject}`,
        `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        `$JS.ACK.${stream}.${durable}.>`,
      ]),
      ...(consumes.length > 0 ? [setAsideSubject(service), `$JS.API.STREAM.INFO.${streams.aside.name}`] : []),
    ],
    subscribe: [
      `${inboxPrefixOf(service)}.>`,
      requestsOf(service),
      '$SRV.*',
      `$SRV.*.${service}`,
      `$SRV.*.${service}.*`,
      ...hears,
    ],
  };
}

/**
 * Ops watch every event, see the services, manage streams, revoke tokens and replay durable events that were set
 * aside; they make no request in the name of a user.
 */
function ofOperators(): Permissions {
  return {
    publish: [
      '$SRV.>',
      '$JS.API.>',
      '$JS.ACK.>',
      'svc.*.v1.check-health',
      'svc.gateway.v1.status',
      REVOCATION_SUBJECTS,
      ...Object.values(durableEvents).map(({ subject }) => subject),
    ],
    subscribe: [`${inboxPrefixOf('ops')}.>`, '$SRV.>', '$JS.EVENT.>', 'evt.>', REVOCATION_SUBJECTS],
  };
}

function callersOf(service: ServiceName): ServiceName[] {
  return SERVICES.filter((caller) => participants[caller].asks.some((subject) => subject.split('.')[1] === service));
}
