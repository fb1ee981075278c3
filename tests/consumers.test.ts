import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus } from '@vestnik/bus';
import {
  conversationsEndpoints,
  durableEvents,
  type EventSetAside,
  messagesEndpoints,
  SERVICES,
  services,
  setAsideSubject,
  streams,
} from '@vestnik/contracts';
import { freePort } from '@vestnik/servers';
import {
  connectTestBus,
  type PushReceiver,
  type System,
  startPushReceiver,
  startSystem,
  until,
} from '@vestnik/testing';

/** Every durable consumer of the two services that this suite stops, with its stream and its service. */
const CONSUMERS = (['messages', 'notifications'] as const).flatMap((service) =>
  services[service].consumers.map(({ durable, event }) => [durable, event.stream, service] as const),
);
const [anna, boris] = [1, 2] as [number, number];

let system: System;
let bus: Bus;
let receiver: PushReceiver;
/** Where each service that consumes shows its metrics. */
let opsPorts: Record<'messages' | 'notifications', number>;
beforeAll(async () => {
  [system, receiver] = await Promise.all([
    startSystem({ separateProcesses: ['messages', 'notifications'] }),
    startPushReceiver(),
  ]);
  bus = await connectTestBus(system.servers.natsUrl);
  const call = await system.rest(boris);
  await call('POST', '/devices', { provider: 'webhook', target: { url: receiver.url('/boris') } });
});
afterAll(async () => {
  await bus.close();
  await system.stop();
  await receiver.stop();
});

/** Waits until a consumer has nothing before it and nothing in hand. */
async function caughtUp(stream: string, consumer: string): Promise<void> {
  const manager = await bus.manager();
  await until(`${consumer} has caught up`, async () => {
    const { num_pending, num_ack_pending } = await manager.consumers.info(stream, consumer);
    return num_pending === 0 && num_ack_pending === 0;
  });
}

async function write(conversation_id: number, count: number): Promise<number[]> {
  const sends = Array.from({ length: count }, (_, index) => ({
    sender_id: anna,
    conversation_id,
    client_message_id: null,
    type: 'text' as const,
    content: `message ${index}`,
    attachments: [],
    reply_to_id: null,
  }));
  const { results } = await bus.request(messagesEndpoints.sendMessages, { sends });
  return results.map((result) => ('message' in result ? result.message.id : 0));
}

test('consumers that fell behind catch up without a gap: every group is known, every message pushed once', async () => {
  const call = await system.rest(anna);
  const { id } = (await call('POST', '/conversations', { participantId: boris })).data.conversation;
  await system.kill('notifications');
  const expected: number[] = [];
  for (let commit = 0; commit < 20; commit += 1) expected.push(...(await write(id, 5)));
  await system.kill('messages');
  const groups: number[] = [];
  for (let group = 0; group < 100; group += 1) {
    const input = { user_id: anna, name: `${group}`, participant_ids: [boris] };
    groups.push((await bus.request(conversationsEndpoints.createGroup, input)).conversation.id);
  }
  opsPorts = { messages: await freePort(), notifications: await freePort() };
  await system.startProcess('messages', undefined, { OPS_PORT: `${opsPorts.messages}` });
  await system.startProcess('notifications', undefined, { OPS_PORT: `${opsPorts.notifications}` });
  for (const [consumer, stream] of CONSUMERS) await caughtUp(stream, consumer);

  // Asked without a user, messages looks at its own copy alone.
  const { heads } = await bus.request(messagesEndpoints.findHeads, { conversation_ids: groups });
  expect(heads).toHaveLength(100);
  expected.push(...(await write(groups.at(-1) ?? 0, 1)));
  const pushed = () => receiver.received.map(({ messageId }) => messageId);
  await until('everything is pushed', () => new Set(pushed()).size === expected.length, 20_000);
  expect(pushed().toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
});

test('what cannot be handled is set aside, counted and visible, and blocks nothing', async () => {
  const conversation = { id: 'seven' };
  const poison = [
    'no JSON',
    '{}',
    'null',
    JSON.stringify({ conversation }),
    JSON.stringify({ messages: [{ seq: 1 }] }),
  ];
  for (const { subject } of Object.values(durableEvents)) {
    for (const payload of poison) await bus.streams.publish(subject, payload);
  }
  const call = await system.rest(anna);
  const sent = await call('POST', '/conversations', {
    type: 'group',
    name: 'g',
    participantIds: [boris],
    message: 'hi',
  });
  expect(sent.status).toBe(201);
  for (const [consumer, stream] of CONSUMERS) await caughtUp(stream, consumer);
  const { messages } = (await call('GET', `/conversations/${sent.data.conversation.id}/messages`)).data;
  await until('it is pushed', () => receiver.received.some(({ messageId }) => messageId === messages[0].id));

  const manager = await bus.manager();
  const { state } = await manager.streams.info(streams.aside.name, { subjects_filter: '>' });
  const consuming = SERVICES.filter((service) => services[service].consumers.length > 0);
  expect(state.subjects).toEqual(
    Object.fromEntries(
      consuming.map((service) => [setAsideSubject(service), services[service].consumers.length * poison.length]),
    ),
  );
  const shown = await Promise.all(
    Array.from({ length: state.messages }, async (_, index) =>
      (await manager.streams.getMessage(streams.aside.name, { seq: index + 1 }))?.json<EventSetAside>(),
    ),
  );
  for (const [consumer, stream] of CONSUMERS) {
    const own = shown.filter((event) => event?.consumer === consumer);
    expect(own.map((event) => event?.payload)).toEqual(poison);
    expect(own.every((event) => event?.stream === stream && event.reason !== '' && event.attempts === 1)).toBe(true);
  }
  for (const [consumer, , service] of CONSUMERS) {
    const metrics = await (await fetch(`http://127.0.0.1:${opsPorts[service]}/metrics`)).text();
    expect(metrics).toMatch(
      new RegExp(`vestnik_events_set_aside_total\\{[^}]*consumer="${consumer}"[^}]*\\} ${poison.length}\\n`),
    );
  }
});
