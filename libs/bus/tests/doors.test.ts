import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  type BusUser,
  durableConsumers,
  durableEvents,
  encodeLive,
  eventSubjectsOf,
  liveSubjects,
  messagesEndpoints,
  REVOCATION_SUBJECTS,
  retiredConsumers,
  revocationSubject,
  SERVICES,
  type Service,
  type Stream,
  services,
  setAsideSubject,
  streams,
} from '@vestnik/contracts';
import { createLogger } from '@vestnik/logging';
import { patience, startServers, type TestServers, until } from '@vestnik/testing';
import {
  addressesFor,
  connectBus,
  openStream,
  prepareBus,
  publishDurable,
  usedShareOf,
  usersConfiguration,
} from '../src/index.ts';

const logger = createLogger('doors', 'silent');

let servers: TestServers;
const connections: NatsConnection[] = [];
beforeAll(async () => {
  servers = await startServers();
});
afterEach(() => Promise.all(connections.splice(0).map((connection) => connection.close())));
afterAll(() => servers.stop());

/** Connects a plain client of NATS with the password of a service, as an intruder would. */
async function intrude(user: BusUser | 'tests'): Promise<NatsConnection> {
  const { host } = new URL(servers.natsUrl);
  const connection = await connect({
    servers: host,
    user,
    pass: user,
    reconnect: false,
    inboxPrefix: user === 'tests' || user === 'ops' ? '_INBOX' : `_INBOX_${user}`,
  });
  connections.push(connection);
  return connection;
}

/** Gathers the operations that the server refuses a connection from now on: operation and subject. */
function refusals(connection: NatsConnection): string[] {
  const refused: string[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type !== 'error') continue;
      const { operation, subject } = status.error as { operation?: string; subject?: string };
      refused.push(`${operation} ${subject}`);
    }
  })();
  return refused;
}

/** Gathers the subjects of all messages that are published on `subjects` from now on. */
async function observe(...subjects: string[]): Promise<string[]> {
  const tester = await intrude('tests');
  const received: string[] = [];
  for (const subject of subjects)
    tester.subscribe(subject, { callback: (_, message) => void received.push(message.subject) });
  await tester.flush();
  return received;
}

/** Waits until every message so far has reached its subscribers. */
async function settle(connection: NatsConnection): Promise<void> {
  await connection.flush();
  for (const other of connections) await other.flush();
  // The client hands on the messages that came with the answer within the same event-loop tick.
  await setImmediate();
}

/** Returns the reason why a request fails. */
async function refusalOf(connection: NatsConnection, subject: string, payload: object = {}): Promise<string> {
  const since = performance.now();
  const reason = await connection.request(subject, JSON.stringify(payload), { timeout: 5_000 }).then(
    (reply) => `answered ${reply.string()}`,
    (error: Error) => String(error.cause ?? error),
  );
  expect(performance.now() - since).toBeLessThan(patience(4_000));
  return reason;
}

const LIVE = Object.values(liveSubjects)
  .map((subject) => (typeof subject === 'string' ? subject : subject(7)))
  .filter((subject) => !subject.includes('*'));
const DURABLE = Object.values(durableEvents).map(({ subject }) => subject);
const ofService = (subject: string) => subject.split('.')[1];

test.each(SERVICES)(
  '%s can publish no event of another service, live or durable, and no revocation',
  async (service) => {
    const intruder = await intrude(service);
    const refused = refusals(intruder);
    const received = await observe('evt.>', REVOCATION_SUBJECTS);
    const revocations = [revocationSubject({ userId: 7 }), revocationSubject({ fingerprint: 'a'.repeat(64) })];
    const foreign = [...LIVE, ...DURABLE, ...revocations].filter((subject) => ofService(subject) !== service);
    for (const subject of foreign) intruder.publish(subject, '{}');
    await settle(intruder);
    expect(received).toEqual([]);
    expect(refused).toEqual(foreign.map((subject) => `publish ${subject}`));
    expect(foreign.length).toBeGreaterThan(3);
  },
);

test.each(SERVICES)(
  '%s can publish no event that is not its own to publish, not even below its own name',
  async (service) => {
    const intruder = await intrude(service);
    const refused = refusals(intruder);
    const received = await observe('evt.>');
    const own = new Set(eventSubjectsOf(service).map((subject) => subject.split('.')[3]));
    const names = [
      'new_message',
      'message_deleted',
      'messages_read',
      'conversation_updated',
      'user_typing',
      'anything',
    ];
    const invented = [
      ...names.filter((name) => !own.has(name)).map((name) => `evt.${service}.v1.${name}.c7`),
      `evt.${service}.v1.membership_changed_too.u7`,
      `evt.${service}.v1`,
      `evt.${service}.v2.new_message.c7`,
    ];
    for (const subject of invented) intruder.publish(subject, encodeLive({ first_seq: 1 }, ['{}']));
    await settle(intruder);
    expect(received).toEqual([]);
    expect(refused).toEqual(invented.map((subject) => `publish ${subject}`));
  },
);

test('presence can have nobody else publish a message event by naming it as the place for the reply', async () => {
  const [asked] = services.presence.asks;
  const answering = await intrude('conversations');
  const refused = refusals(answering);
  answering.subscribe(asked, { callback: (_, message) => void message.respond('{}') });
  await answering.flush();
  const received = await observe('evt.>');
  const intruder = await intrude('presence');
  intruder.publish(asked, '{}', { reply: liveSubjects.newMessage(7) });
  await until('the answer is refused', () => refused.length > 0);
  await settle(answering);
  expect(refused).toEqual([`publish ${liveSubjects.newMessage(7)}`]);
  expect(received).toEqual([]);
});

test('no service can answer in place of another, even if it knows where the answer is awaited', async () => {
  const listener = await intrude('messages');
  const awaited: string[] = [];
  listener.subscribe('svc.messages.v1.find-heads', {
    callback: (_, message) => void awaited.push(message.reply ?? ''),
  });
  await listener.flush();
  const bus = await connectBus({ servers: [servers.natsUrls.gateway], user: 'gateway', name: 'gateway', logger });
  try {
    const asked = bus.request(messagesEndpoints.findHeads, { conversation_ids: [7] }, { timeoutMs: patience(10_000) });
    await until('the request is there', () => awaited.length === 1);
    const [place = ''] = awaited;
    const forged = JSON.stringify({ heads: [{ conversation_id: 7, seq: 1, joined_seq: 0 }] });
    for (const service of SERVICES) {
      if (service === 'messages') continue;
      const intruder = await intrude(service);
      const refused = refusals(intruder);
      const own = place.replace('.messages.', `.${service}.`);
      const foreign = [place, '_INBOX_gateway.1', '_INBOX_gateway', '_INBOX_gateway.js.1', '_INBOX_ops.1', '_INBOX.1'];
      for (const subject of [...foreign, own]) intruder.publish(subject, forged);
      await settle(intruder);
      expect(refused).toEqual(expect.arrayContaining(foreign.map((subject) => `publish ${subject}`)));
    }
    const answer = { heads: [{ conversation_id: 7, seq: 99, joined_seq: null }] };
    listener.publish(place, JSON.stringify(answer));
    expect(await asked).toEqual(answer);
  } finally {
    await bus.close();
  }
});

test('the places of replies do not follow from Math.random, and are never the same', async () => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const listener = await intrude('messages');
  const places: string[] = [];
  listener.subscribe('svc.messages.v1.find-heads', { callback: (_, message) => void places.push(message.reply ?? '') });
  await listener.flush();
  const options = { servers: [servers.natsUrls.gateway], user: 'gateway', name: 'gateway', logger } as const;
  const buses = [await connectBus(options), await connectBus(options)];
  try {
    for (const bus of buses) {
      const asks = [1, 2].map(() => bus.request(messagesEndpoints.findHeads, { conversation_ids: [7] }));
      for (const asked of asks) asked.catch(() => undefined);
    }
    await until('all are there', () => places.length === 4);
    const tokens = places.flatMap((place) => place.split('.').slice(2));
    expect(new Set(places.map((place) => place.split('.').slice(0, 2).join('.')))).toEqual(
      new Set(['_INBOX_gateway.messages']),
    );
    // Two processes, and four requests.
    expect(new Set(tokens).size).toBe(6);
    for (const token of tokens) expect(token.length).toBeGreaterThan(20);
  } finally {
    random.mockRestore();
    await Promise.all(buses.map((bus) => bus.close()));
  }
});

test('presence can read no message event: not live, not by a wildcard, not as a request or reply of others', async () => {
  const intruder = await intrude('presence');
  const refused = refusals(intruder);
  const received: string[] = [];
  const wanted = [
    liveSubjects.newMessage(7),
    liveSubjects.ofConversation(7),
    liveSubjects.ofUser(7),
    'evt.messages.>',
    'evt.>',
    '>',
    '*.>',
    '*.*.*.*.*',
    durableEvents.messagesStored.subject,
    'svc.messages.v1.*',
    'svc.messages.v1.send-messages',
    '_INBOX.>',
    '_INBOX_gateway.>',
    '*.*.*',
    '$JS.>',
  ];
  for (const subject of wanted) {
    intruder.subscribe(subject, { callback: (error, message) => void (error ?? received.push(message.subject)) });
    intruder.subscribe(subject, {
      queue: 'q',
      callback: (error, message) => void (error ?? received.push(message.subject)),
    });
  }
  await intruder.flush();
  const tester = await intrude('tests');
  tester.publish(liveSubjects.newMessage(7), 'live');
  tester.publish('svc.messages.v1.send-messages', 'a request');
  tester.publish('_INBOX_gateway.1.2', 'a reply');
  await settle(tester);
  expect(received).toEqual([]);
  expect(refused).toEqual(wanted.flatMap((subject) => [`subscription ${subject}`, `subscription ${subject}`]));
});

test('presence can read no message event from the stream either', async () => {
  const intruder = await intrude('presence');
  const { durable, event } = durableConsumers.notificationsMessagesStored;
  for (const subject of [
    '$JS.API.INFO',
    '$JS.API.STREAM.NAMES',
    '$JS.API.STREAM.INFO.MESSAGES',
    '$JS.API.STREAM.MSG.GET.MESSAGES',
    '$JS.API.DIRECT.GET.MESSAGES',
    `$JS.API.DIRECT.GET.MESSAGES.${event.subject}`,
    '$JS.API.CONSUMER.CREATE.MESSAGES',
    '$JS.API.CONSUMER.CREATE.MESSAGES.mine',
    `$JS.API.CONSUMER.CREATE.MESSAGES.mine.${event.subject}`,
    '$JS.API.CONSUMER.DURABLE.CREATE.MESSAGES.mine',
    `$JS.API.CONSUMER.MSG.NEXT.MESSAGES.${durable}`,
    `$JS.API.CONSUMER.INFO.MESSAGES.${durable}`,
    `$JS.API.CONSUMER.DELETE.MESSAGES.${durable}`,
    `$JS.ACK.MESSAGES.${durable}.1.1.1.1.0`,
  ]) {
    expect(await refusalOf(intruder, subject)).toContain(`Permissions Violation for Publish to "${subject}"`);
  }
});

test('no service can make, change, empty or delete a stream, its own neither', async () => {
  const names = [...Object.values(streams).map(({ name }) => name), 'MINE'];
  for (const service of SERVICES) {
    const intruder = await intrude(service);
    const subjects = names.flatMap((name) =>
      ['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE'].map((verb) => `$JS.API.STREAM.${verb}.${name}`),
    );
    for (const subject of [...subjects, '$JS.API.ACCOUNT.PURGE.x', '$SYS.REQ.SERVER.PING']) {
      expect(await refusalOf(intruder, subject, { name: 'MINE', subjects: ['evt.>'] })).toContain(
        'Permissions Violation',
      );
    }
  }
});

test('a service without a stream can fill none, and every stream has limits', async () => {
  const tester = await intrude('tests');
  const manager = await jetstreamManager(tester);
  const stored = async () => {
    const counts: Record<string, number> = {};
    for await (const { config, state } of manager.streams.list()) {
      expect([config.max_bytes > 0, config.max_msg_size > 0, config.max_age > 0]).toEqual([true, true, true]);
      counts[config.name] = state.last_seq;
    }
    return counts;
  };
  const before = await stored();
  const kept = Object.values<Stream>(streams).flatMap(({ subjects }) =>
    subjects.map((each) => each.replaceAll('*', 'x')),
  );
  for (const service of SERVICES) {
    const role: Service = services[service];
    if (role.ownStreams.length + role.consumers.length > 0) continue;
    const intruder = await intrude(service);
    for (const subject of [...kept, setAsideSubject(service)]) intruder.publish(subject, 'x'.repeat(1_000));
    await settle(intruder);
  }
  expect(await stored()).toEqual(before);
});

test('a full stream is seen before it is full, and an event beyond the size of its stream is refused', async () => {
  const bus = await connectBus({ servers: [servers.natsUrls.messages], user: 'messages', name: 'messages', logger });
  try {
    const share = await usedShareOf(bus, streams.messages);
    const payload = { messages: [] };
    await publishDurable(bus, durableEvents.messagesStored, 'one more', payload);
    expect(await usedShareOf(bus, streams.messages)).toBeGreaterThan(share);
    const tooLarge = publishDurable(bus, durableEvents.messagesStored, 'x'.repeat(1_048_577), payload);
    await expect(tooLarge).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    await bus.close();
  }
});

test('a service can take part in no consumer of another', async () => {
  for (const service of SERVICES) {
    const intruder = await intrude(service);
    for (const { durable, event } of Object.values(durableConsumers)) {
      if (durable.startsWith(`${service}-`)) continue;
      const reason = await refusalOf(intruder, `$JS.API.CONSUMER.MSG.NEXT.${event.stream}.${durable}`, { batch: 1 });
      expect(reason).toContain('Permissions Violation');
    }
  }
});

test('nobody connects without a name, with a wrong password or by an unknown name', async () => {
  const { host } = new URL(servers.natsUrl);
  for (const address of [host, `nats://messages:wrong@${host}`, `nats://nobody:messages@${host}`]) {
    await expect(connectBus({ servers: [address], name: 'stranger', logger })).rejects.toMatchObject({
      code: 'unauthorized',
      message: `NATS_URL: the server at nats://${host} refuses this user or password`,
    });
  }
});

test('ops list services and streams and watch events, but publish none and listen to no request', async () => {
  const ops = await intrude('ops');
  const refused = refusals(ops);
  const manager = await jetstreamManager(ops);
  const names = [];
  for await (const stream of manager.streams.list()) names.push(stream.config.name);
  expect(names.sort()).toEqual(
    Object.values<Stream>(streams)
      .filter(({ account }) => account === undefined)
      .map(({ name }) => name)
      .sort(),
  );
  const received: string[] = [];
  ops.subscribe('evt.>', { callback: (_, message) => void received.push(message.subject) });
  await ops.flush();
  const messages = await intrude('messages');
  messages.publish(liveSubjects.newMessage(7), '');
  await settle(messages);
  expect(received).toEqual([liveSubjects.newMessage(7)]);
  expect(refused).toEqual([]);
  ops.subscribe('svc.messages.v1.send-messages', { callback: () => {} });
  ops.publish(liveSubjects.newMessage(7), '');
  await settle(ops);
  expect(refused).toEqual(['subscription svc.messages.v1.send-messages', `publish ${liveSubjects.newMessage(7)}`]);
});

test('what the server refuses is told at once, logged with a code and counted', async () => {
  const lines: unknown[] = [];
  const recording = createLogger('doors', 'error', { write: (line) => void lines.push(JSON.parse(line)) });
  const bus = await connectBus({
    servers: [servers.natsUrls.presence],
    user: 'presence',
    name: 'presence',
    logger: recording,
  });
  let refusals = 0;
  bus.onRefused(() => {
    refusals += 1;
  });
  try {
    const since = performance.now();
    const forged = publishDurable(bus, durableEvents.messagesStored, 'forged', { messages: [] });
    await expect(forged).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - since).toBeLessThan(patience(2_000));
    bus.publish(liveSubjects.newMessage(7), '');
    await bus.flush();
    expect(lines).toMatchObject([
      { code: 'forbidden', operation: 'publish', subject: 'evt.messages.v1.messages_stored', msg: 'bus refused' },
      { code: 'forbidden', operation: 'publish', subject: 'evt.messages.v1.new_message.c…', msg: 'bus refused' },
    ]);
    expect(refusals).toBe(2);
  } finally {
    await bus.close();
  }
});

test('a service says what to do when its stream is missing', async () => {
  const ops = await intrude('ops');
  await (await jetstreamManager(ops)).streams.delete(streams.messages.name);
  const bus = await connectBus({ servers: [servers.natsUrls.messages], user: 'messages', name: 'messages', logger });
  try {
    await expect(openStream(bus, streams.messages)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The stream MESSAGES is missing: npm run migrate makes it',
    });
    await prepareBus({ ops: [servers.natsUrls.ops], revoker: [servers.natsUrls.revoker] }, logger);
    await openStream(bus, streams.messages);
  } finally {
    await bus.close();
  }
});

test('a consumer that no service reads any more is removed, and no other', async () => {
  const [retired] = retiredConsumers;
  const connection = await intrude('tests');
  const { consumers } = await jetstreamManager(connection);
  const names = async () => (await consumers.list(retired?.stream ?? '').next()).map(({ name }) => name);
  await consumers.add(retired?.stream ?? '', { durable_name: retired?.name, ack_policy: AckPolicy.Explicit });
  await consumers.add(retired?.stream ?? '', { durable_name: 'of-an-operator', ack_policy: AckPolicy.Explicit });
  for (let times = 0; times < 2; times += 1) {
    await prepareBus({ ops: [servers.natsUrls.ops], revoker: [servers.natsUrls.revoker] }, logger);
    expect(await names()).toEqual(['of-an-operator']);
  }
  await consumers.delete(retired?.stream ?? '', 'of-an-operator');
});

test('addresses name one user at most, and take any password', async () => {
  const password = 'a:b/c@d e%25"\\';
  const [address = ''] = addressesFor(['host'], 'messages', password);
  expect(new URL(address).host).toBe('host');
  const { host } = new URL(servers.natsUrl);
  const two = [`nats://messages:messages@${host}`, `nats://presence:presence@${host}`];
  await expect(connectBus({ servers: two, name: 'two', logger })).rejects.toMatchObject({
    code: 'invalid',
    message: 'NATS_URL: the addresses name different users or passwords',
  });
  const bus = await connectBus({ servers: [two[0] ?? '', host], name: 'one', logger });
  await bus.close();
});

test('the shipped configuration is what the contracts say', async () => {
  const shipped = await readFile(new URL('../bus-users.conf', import.meta.url), 'utf8');
  // Otherwise: npm run generate
  expect(shipped).toBe(usersConfiguration());
});
