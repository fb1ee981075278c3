import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, type TestClient, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2 }, settings: { PRESENCE_GRACE_SECONDS: '1' } });
});
afterAll(() => system.stop(), 30_000);

let lastUser = 100;

/** A group of three who are connected: the first two through one gateway, the third through another. */
async function createGroup() {
  const members = Array.from({ length: 3 }, () => (lastUser += 1)) as [number, number, number];
  const rest = await system.rest(members[0]);
  const body = { type: 'group', name: 'typing', participantIds: members.slice(1) };
  const { data } = await rest('POST', '/conversations', body);
  const sockets = await Promise.all(members.map((user, index) => system.connect(user, index === 2 ? 1 : 0)));
  const [owner, near, far] = sockets as [TestClient, TestClient, TestClient];
  const conversationId: number = data.conversation.id;
  const [, nearId, farId] = members;
  return { rest, conversationId, owner, near, far, nearId, farId };
}

/** The changes of a user's typing that a socket was shown. */
const shown = (socket: TestClient, userId: number) =>
  socket
    .events('user_typing')
    .filter((event) => event.user_id === userId)
    .map((event) => event.is_typing);

test('a repetition shows nothing new, on any gateway, and typing that was not shown does not end', async () => {
  const { conversationId, owner, near, far, nearId } = await createGroup();
  await near.ask('typing', { conversationId, isTyping: false });
  for (let count = 0; count < 30; count += 1) {
    await near.ask('typing', { conversationId, isTyping: true });
    await delay(100);
  }
  await near.ask('typing', { conversationId, isTyping: false });
  await near.ask('typing', { conversationId, isTyping: false });
  for (const socket of [owner, far]) await until('it has ended', () => shown(socket, nearId).includes(false));
  await delay(1_500);
  for (const socket of [owner, far]) expect(shown(socket, nearId)).toEqual([true, false]);
});

test('typing ends by itself on every gateway 10 s after the last word of it', async () => {
  const { conversationId, owner, near, far, nearId } = await createGroup();
  await near.ask('typing', { conversationId, isTyping: true });
  await delay(4_000);
  await near.ask('typing', { conversationId, isTyping: true });
  const repeatedAt = performance.now();
  for (const socket of [owner, far]) {
    await until('it has ended', () => shown(socket, nearId).includes(false), 15_000);
    expect(performance.now() - repeatedAt).toBeGreaterThan(9_000);
    expect(performance.now() - repeatedAt).toBeLessThan(13_000);
    expect(shown(socket, nearId)).toEqual([true, false]);
  }
});

test('typing ends when the typist is removed or leaves, and when the last socket of the typist is gone', async () => {
  const { rest, conversationId, owner, near, far, nearId, farId } = await createGroup();
  for (const typist of [near, far]) await typist.ask('typing', { conversationId, isTyping: true });
  for (const typistId of [nearId, farId]) await until('it is shown', () => shown(owner, typistId).includes(true));
  far.socket.terminate();
  await rest('DELETE', `/conversations/${conversationId}/participants/${nearId}`);
  await until('the removed user types no longer', () => shown(owner, nearId).at(-1) === false, 2_000);
  await until('the user who is gone types no longer', () => shown(owner, farId).at(-1) === false, 6_000);
  for (const typistId of [nearId, farId]) expect(shown(owner, typistId)).toEqual([true, false]);
});
