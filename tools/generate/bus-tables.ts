import {
  DATA_SERVICES,
  durableConsumers,
  durableEvents,
  EVERY_REQUEST,
  healthEndpoint,
  liveSubjects,
  SERVICES,
  type Service,
  type ServiceName,
  services,
  streams,
} from '@vestnik/contracts';
import { docCommentsOf, firstSentence } from './doc-comments.ts';
import { code, type Sections, table } from './sections.ts';

const registry: Readonly<Record<ServiceName, Service>> = services;
const eventComments = docCommentsOf('events.ts');
const consumerComments = docCommentsOf('consumers.ts');

/** A live event: its name in the contracts, its subject with `<id>`, and the service that publishes it. */
type LiveEvent = { key: string; subject: string; publisher: string };

/** The tables about the bus, for docs/subjects.md and the READMEs of the services. */
export function busTables(): Sections {
  return new Map([
    ['live events', liveEventsTable(liveEvents())],
    ['durable events', durableEventsTable()],
    ['streams', streamsTable()],
    ['consumers', consumersTable()],
    ...SERVICES.flatMap((service): [string, string][] => [
      [`requests of ${service}`, requestsTable(service, (text) => text)],
      [`requests of ${service} in short`, requestsTable(service, firstSentence)],
      [`events of ${service}`, eventsTable(service)],
    ]),
  ]);
}

/** The requests of a service, with the services that may make each. */
function requestsTable(service: ServiceName, shorten: (text: string) => string): string {
  const { endpoints, keepsData } = registry[service];
  const rows = Object.entries(endpoints).map(([key, { verb, subject }]) => {
    const text = shorten(docCommentsOf(`${service}.ts`)(key));
    return [`\`${verb}\``, callersOf(subject).join(', '), text];
  });
  const health = healthEndpoint(service as (typeof DATA_SERVICES)[number]);
  if (keepsData)
    rows.push([
      `\`${health.verb}\``,
      'gateway, ops',
      'Answers whether the database and the stream take durable writes',
    ]);
  return table([`\`svc.${service}.v1.…\``, 'asked by', 'does'], rows);
}

function callersOf(subject: string): string[] {
  const [, owner = ''] = subject.split('.');
  const keepsData = DATA_SERVICES.some((service) => service === owner);
  const callers = SERVICES.filter((caller) =>
    registry[caller].asks.some((asked) => asked === subject || (asked === EVERY_REQUEST && keepsData)),
  );
  const byOps = SERVICES.some((service) => registry[service].answersOps.includes(subject));
  return byOps ? [...callers, 'ops'] : callers;
}

function liveEvents(): LiveEvent[] {
  return Object.entries(liveSubjects)
    .map(([key, subject]) => {
      const text = typeof subject === 'string' ? subject : subject('<id>' as unknown as number);
      return { key, subject: text, publisher: text.split('.')[1] ?? '' };
    })
    .filter(({ publisher }) => publisher !== '*');
}

function liveEventsTable(events: readonly LiveEvent[]): string {
  return table(
    ['subject', 'published by', 'what it tells'],
    events.map(({ key, subject, publisher }) => [`\`${subject}\``, publisher, eventComments(key)]),
  );
}

function durableEventsTable(): string {
  return table(
    ['subject', 'stream', 'published by', 'what it tells'],
    Object.entries(durableEvents).map(([key, { subject, stream }]) => [
      `\`${subject}\``,
      `\`${stream}\``,
      subject.split('.')[1] ?? '',
      eventComments(key),
    ]),
  );
}

function streamsTable(): string {
  return table(
    ['stream', 'subjects', 'kept', 'at most', 'read by'],
    Object.values(streams).map(({ name, subjects, maxAgeDays, maxBytes, whenFull }) => {
      const limit = `${maxBytes / 1_048_576} MiB, then ${whenFull === 'refuse' ? 'refuses' : 'drops the oldest'}`;
      const readers = SERVICES.filter(
        (service) =>
          registry[service].readsStreams.some((stream) => stream.name === name) ||
          registry[service].consumers.some((consumer) => consumer.event.stream === name),
      );
      return [`\`${name}\``, code(subjects), `${maxAgeDays} days`, limit, readers.join(', ') || 'ops'];
    }),
  );
}

function consumersTable(): string {
  return table(
    ['consumer', 'stream', 'starts at', 'what its service does'],
    Object.entries(durableConsumers).map(([key, { durable, event, startsAt }]) => [
      `\`${durable}\``,
      `\`${event.stream}\``,
      `the ${startsAt} event`,
      consumerComments(key),
    ]),
  );
}

/** The table of the events that a service publishes and consumes, and of the requests that it makes. */
function eventsTable(service: ServiceName): string {
  const { consumers, asks, subscribesTo } = registry[service];
  const published = [
    ...liveEvents()
      .filter(({ publisher }) => publisher === service)
      .map(({ key, subject }) => ['publishes', subject, eventComments(key)] as const),
    ...Object.entries(durableEvents)
      .filter(([, { subject }]) => subject.startsWith(`evt.${service}.`))
      .map(([key, { subject }]) => ['publishes, durable', subject, eventComments(key)] as const),
  ];
  const consumed = Object.entries(durableConsumers)
    .filter(([, { durable }]) => consumers.some((consumer) => consumer.durable === durable))
    .map(([key, { event }]) => ['consumes', event.subject, consumerComments(key)] as const);
  const heard = subscribesTo.map((subject) => ['subscribes to', subject, ''] as const);
  const asked = asks.map((subject) => ['asks', subject, requestText(subject)] as const);
  return table(
    ['', 'subject', 'what it tells, or what the service does'],
    [...consumed, ...heard, ...published, ...asked].map(([what, subject, text]) => [what, `\`${subject}\``, text]),
  );
}

function requestText(subject: string): string {
  if (subject === EVERY_REQUEST) return 'Every request of the other services';
  const [, owner = ''] = subject.split('.');
  const endpoints = registry[owner as ServiceName]?.endpoints ?? {};
  const [key] = Object.entries(endpoints).find(([, endpoint]) => endpoint.subject === subject) ?? [''];
  return firstSentence(docCommentsOf(`${owner}.ts`)(key));
}
