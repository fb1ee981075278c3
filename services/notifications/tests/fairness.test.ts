import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messagesEndpoints } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { type Receiver, startReceiver } from './receiver.ts';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

/** An attempt at a webhook that never answers takes this long, in milliseconds. */
const ATTEMPT_MS = 10_000;

let service: ServiceUnderTest;
let receiver: Receiver;
beforeAll(async () => {
  [service, receiver] = await Promise.all([prepareService(), startReceiver()]);
  await service.startNeighbours();
  await service.start();
}, 60_000);
afterAll(async () => {
  await service.stop();
  await receiver.stop();
}, 60_000);

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
}, 90_000);
