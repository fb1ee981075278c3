import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem } from '@vestnik/testing';

const [GREEDY, MODEST, FRIEND] = [1, 2, 3];
/** Forty kilobytes; a page of a hundred is four megabytes. */
const LONG = '😀'.repeat(10_000);

let system: System;
beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' };
  system = await startSystem({ settings });
});
afterAll(() => system.stop());

async function fill(userId: number, content: string, count: number): Promise<number> {
  const rest = await system.rest(userId);
  const { id } = (await rest('POST', '/conversations', { participantId: FRIEND })).data.conversation;
  const client = await system.connect(userId);
  const sends = Array.from({ length: count }, () => client.ask('send_message', { conversationId: id, content }));
  await Promise.all(sends);
  return id;
}

test('who asks for the heaviest that there is waits for themselves, and nobody else for them', async () => {
  const heavy = await fill(GREEDY, LONG, 60);
  const light = await fill(MODEST, 'short', 60);
  const greedy = await system.rest(GREEDY);
  const greedySocket = await system.connect(GREEDY);
  const named = Array.from({ length: 1_000 }, () => ({ id: heavy, afterSeq: 0 }));
  let isOver = false;
  const attack = async (ask: () => Promise<unknown>) => {
    while (!isOver) await ask();
  };
  const attacks = [
    ...Array.from({ length: 100 }, () => attack(() => greedy('GET', `/conversations/${heavy}/messages?limit=100`))),
    ...Array.from({ length: 20 }, () => attack(() => greedySocket.call('sync', { conversations: named }))),
  ];
  const modest = await system.rest(MODEST);
  const statuses: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    statuses.push((await modest('GET', '/unread-count')).status);
    statuses.push((await modest('GET', `/conversations/${light}/messages`)).status);
    statuses.push((await modest('GET', '/conversations')).status);
    statuses.push((await modest('POST', `/conversations/${light}/messages`, { content: 'more' })).status);
  }
  isOver = true;
  await Promise.all(attacks);
  expect(new Set(statuses)).toEqual(new Set([200, 201]));
});
