import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endProcess, until } from '@vestnik/testing';
import { prepareService, type ServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;

beforeEach(async () => {
  service = await prepareService();
});
afterEach(() => service.stop());

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test('a change is announced with the conversations whose participants may know', async () => {
  await service.startConversations();
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  const conversationId = await service.befriend(1, 2);
  const gateway = service.gateway('g');
  await gateway.report([1, 3]);
  await until('both are announced', () => service.published.length === 2);
  const seen = expect.stringMatching(/Z$/);
  expect(service.published).toEqual(
    expect.arrayContaining([
      { user_id: 1, is_online: true, last_seen: seen, conversation_ids: [conversationId] },
      { user_id: 3, is_online: true, last_seen: seen, conversation_ids: [] },
    ]),
  );
  await gateway.report([], [1]);
  await until('going offline is announced', () => service.publishedOf(1).length === 2);
  expect(service.publishedOf(1)).toEqual([true, false]);
});

test('a reconnect within the grace is not announced', async () => {
  await service.startConversations();
  await service.start({ PRESENCE_GRACE_SECONDS: '1' });
  const [first, second] = [service.gateway('first'), service.gateway('second')];
  await first.report([1, 2]);
  await until('both are announced', () => service.published.length === 2);
  await first.report([], [1]);
  await second.report([1]);
  // The grace of the second user begins later, so it ends after that of the first would have.
  await first.report([], [2]);
  await until('the second is announced offline', () => service.publishedOf(2).length === 2);
  await service.announcementsSettle();
  expect(service.publishedOf(1)).toEqual([true]);
});

test('two instances announce each change once', async () => {
  await service.startConversations();
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  const gateways = [service.gateway('a'), service.gateway('b'), service.gateway('c')];
  const users = range(1, 900);
  await Promise.all(gateways.map((gateway) => gateway.report(users)));
  await until('everybody is announced online', () => new Set(service.published.map((c) => c.user_id)).size === 900);
  await Promise.all(gateways.map((gateway) => gateway.report([], users)));
  await until('everybody is announced offline', () => service.published.filter((c) => !c.is_online).length >= 900);
  await service.announcementsSettle();
  for (const userId of users) expect(service.publishedOf(userId)).toEqual([true, false]);
});

test('a crash between commit and announcement: announced later', async () => {
  const crashing = await service.startProcess();
  await service.gateway('g').report([1]);
  await endProcess(crashing, 'SIGKILL');
  expect(service.published).toEqual([]);
  await service.startConversations();
  await service.start();
  await until('the change is announced', () => service.publishedOf(1).length > 0);
  expect(service.publishedOf(1)).toEqual([true]);
});

test('what changes while conversations is away is announced when it is back, as it is then', async () => {
  await service.start({ PRESENCE_GRACE_SECONDS: '0' });
  const gateway = service.gateway('g');
  await gateway.report([1, 2]);
  await gateway.report([], [1, 2]);
  await service.becomes(1, false);
  await service.becomes(2, false);
  await gateway.report([1]);
  await service.startConversations();
  await until('the first is announced', () => service.publishedOf(1).length > 0);
  await service.announcementsSettle();
  expect(service.publishedOf(1)).toEqual([true]);
  expect(service.publishedOf(2)).toEqual([]);
});
