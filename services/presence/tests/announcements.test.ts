import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endProcess, until } from '@vestnik/testing';
import { createHarness, type Harness } from './service-under-test.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.stop());

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

test('a change is announced with the conversations whose participants may know', async () => {
  await harness.startConversations();
  await harness.start({ PRESENCE_GRACE_SECONDS: '0' });
  const conversationId = await harness.befriend(1, 2);
  const gateway = harness.gateway('g');
  await gateway.report([1, 3]);
  await until('both are announced', () => harness.published.length === 2);
  const seen = expect.stringMatching(/Z$/);
  expect(harness.published).toEqual(
    expect.arrayContaining([
      { user_id: 1, is_online: true, last_seen: seen, conversation_ids: [conversationId] },
      { user_id: 3, is_online: true, last_seen: seen, conversation_ids: [] },
    ]),
  );
  await gateway.report([], [1]);
  await until('going offline is announced', () => harness.publishedOf(1).length === 2);
  expect(harness.publishedOf(1)).toEqual([true, false]);
});

test('a reconnect within the grace is not announced', async () => {
  await harness.startConversations();
  await harness.start({ PRESENCE_GRACE_SECONDS: '1' });
  const [first, second] = [harness.gateway('first'), harness.gateway('second')];
  await first.report([1, 2]);
  await until('both are announced', () => harness.published.length === 2);
  await first.report([], [1]);
  await second.report([1]);
  // The grace of the second user begins later, so it ends after that of the first would have.
  await first.report([], [2]);
  await until('the second is announced offline', () => harness.publishedOf(2).length === 2);
  await harness.announcementsSettle();
  expect(harness.publishedOf(1)).toEqual([true]);
});

test('two instances announce each change once', async () => {
  await harness.startConversations();
  await harness.start({ PRESENCE_GRACE_SECONDS: '0' });
  await harness.start({ PRESENCE_GRACE_SECONDS: '0' });
  const gateways = [harness.gateway('a'), harness.gateway('b'), harness.gateway('c')];
  const users = range(1, 900);
  await Promise.all(gateways.map((gateway) => gateway.report(users)));
  await until('everybody is announced online', () => new Set(harness.published.map((c) => c.user_id)).size === 900);
  await Promise.all(gateways.map((gateway) => gateway.report([], users)));
  await until('everybody is announced offline', () => harness.published.filter((c) => !c.is_online).length >= 900);
  await harness.announcementsSettle();
  for (const userId of users) expect(harness.publishedOf(userId)).toEqual([true, false]);
});

test('a crash between commit and announcement: announced later', async () => {
  const crashing = await harness.startProcess();
  await harness.gateway('g').report([1]);
  await endProcess(crashing, 'SIGKILL');
  expect(harness.published).toEqual([]);
  await harness.startConversations();
  await harness.start();
  await until('the change is announced', () => harness.publishedOf(1).length > 0);
  expect(harness.publishedOf(1)).toEqual([true]);
});

test('what changes while conversations is away is announced when it is back, as it is then', async () => {
  await harness.start({ PRESENCE_GRACE_SECONDS: '0' });
  const gateway = harness.gateway('g');
  await gateway.report([1, 2]);
  await gateway.report([], [1, 2]);
  await harness.becomes(1, false);
  await harness.becomes(2, false);
  await gateway.report([1]);
  await harness.startConversations();
  await until('the first is announced', () => harness.publishedOf(1).length > 0);
  await harness.announcementsSettle();
  expect(harness.publishedOf(1)).toEqual([true]);
  expect(harness.publishedOf(2)).toEqual([]);
});
