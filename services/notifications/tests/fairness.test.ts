import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messagesEndpoints, notificationsEndpoints } from '@vestnik/contracts';
import { type DnsServer, startDnsServer, until } from '@vestnik/testing';
import { type Receiver, startReceiver } from './receiver.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

/** An attempt at a webhook that never answers takes this long, in milliseconds. */
const ATTEMPT_MS = 10_000;

let service: ServiceUnderTest;
let receiver: Receiver;
let dns: DnsServer;
beforeAll(async () => {
  [service, receiver, dns] = await Promise.all([prepareService(), startReceiver(), startDnsServer()]);
  await service.startNeighbours();
  await service.start({ PUSH_DNS_SERVERS: dns.address });
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
  await dns.stop();
});

/** Registers webhooks of a user that accept and never answer. */
async function hanging(userId: number, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const path = `/hanging/${userId}/${index}`;
    receiver.answer(path, () => undefined);
    await service.webhook(userId, receiver.url(path));
  }
}

async function flood(senderId: number, conversationId: number, count: number): Promise<void> {
  const sends = Array.from({ length: count }, (_, index) => ({
    sender_id: senderId,
    conversation_id: conversationId,
    content: `flood ${index}`,
    client_message_id: null,
    type: 'text' as const,
    attachments: [],
    reply_to_id: null,
  }));
  await service.bus.request(messagesEndpoints.sendMessages, { sends });
}

test('a push arrives within seconds while fifty webhooks of another user are flooded and never answer', async () => {
  const [sender, victim, others] = [1, 2, [11, 12, 13, 14, 15]];
  await service.webhook(victim, receiver.url('/victim'));
  const group = await service.group(sender, victim);
  const arrival = async (content: string) => {
    const before = receiver.at('/victim').length;
    await service.say(sender, group.id, content);
    await until(`"${content}" arrives`, () => receiver.at('/victim').length > before, 4_000);
  };
  const startedAt = Date.now();
  for (const user of others) {
    await hanging(user, user === others[0] ? 50 : 5);
    await flood(sender, (await service.group(sender, user)).id, 100);
    await until('they hang', () => receiver.received.some(({ path }) => path.startsWith(`/hanging/${user}/`)));
    await arrival(`while ${user} hangs`);
  }
  // First attempts have failed by now and others are made, at more webhooks than before.
  await until('first attempts fail', () => Date.now() - startedAt > ATTEMPT_MS + 3_000, ATTEMPT_MS + 5_000);
  await arrival('when they are isolated');
  expect(
    new Set(receiver.received.filter(({ path }) => path.startsWith('/hanging/11/')).map(({ path }) => path)).size,
  ).toBeGreaterThan(8);
});

test('a push arrives within seconds while the DNS of webhooks of other users never answers, and after their devices are removed', async () => {
  const [sender, victim, others] = [101, 102, Array.from({ length: 10 }, (_, index) => 111 + index)];
  dns.answer('good.test', { ipv4: ['127.0.0.1'], ipv6: [] });
  await service.webhook(victim, `http://good.test:${receiver.port}/by-name`);
  const group = await service.group(sender, victim);
  const arrival = async (content: string) => {
    const before = receiver.at('/by-name').length;
    await service.say(sender, group.id, content);
    await until(`"${content}" arrives`, () => receiver.at('/by-name').length > before, 3_000);
  };
  const { bus } = service;
  const devices = await Promise.all(
    others.map(async (user) => {
      const { id } = await service.webhook(user, `http://of-${user}.hang.test/`);
      await flood(sender, (await service.group(sender, user)).id, 20);
      return { user_id: user, device_id: id };
    }),
  );
  await until(
    'the names are queried',
    () => new Set(dns.queried.filter((name) => name.endsWith('hang.test'))).size === 10,
  );
  await arrival('while names hang');
  await Promise.all(devices.map((device) => bus.request(notificationsEndpoints.removeDevice, device)));
  await arrival('after the devices are removed');
});
