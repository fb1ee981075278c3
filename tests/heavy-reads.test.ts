import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, token } from '@vestnik/testing';
import { attempt } from './limits-support.ts';

const [GREEDY, MODEST, FRIEND] = [1, 2, 3];
/** Forty kilobytes; a page of a hundred is four megabytes. */
const LONG = '😀'.repeat(10_000);
/** Far below the 3 s in which a service has to answer; in quiet times it is a few milliseconds. */
const PROMPT_MS = 1_000;

let system: System;
beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' };
  system = await startSystem({ settings });
}, 60_000);
afterAll(() => system.stop(), 30_000);

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
  // Nothing is parsed of what the greedy one gets: this process has to see when the modest one is answered.
  const headers = { authorization: `Bearer ${await token(GREEDY)}` };
  const page = `${system.restUrl()}/api/messenger/conversations/${heavy}/messages?limit=100`;
  let isOver = false;
  const attacks = Array.from({ length: 100 }, async () => {
    while (!isOver) await (await fetch(page, { headers })).arrayBuffer();
  });
  const { socket, live } = await attempt(system.socketUrl(), await token(GREEDY));
  await live;
  const conversations = Array.from({ length: 1_000 }, () => ({ id: heavy, afterSeq: 0 }));
  const sync = JSON.stringify({ id: 1, event: 'sync', data: { conversations } });
  let syncs = 0;
  socket.on('message', (frame: Buffer) => {
    if (!frame.subarray(0, 100).includes('"ok":')) return;
    syncs += 1;
    if (!isOver) socket.send(sync);
  });
  for (let count = 0; count < 20; count += 1) socket.send(sync);

  const modest = await system.rest(MODEST);
  const statuses: number[] = [];
  const times: number[] = [];
  const ask = async (...request: Parameters<typeof modest>) => {
    const since = performance.now();
    statuses.push((await modest(...request)).status);
    times.push(performance.now() - since);
  };
  for (let round = 0; round < 10; round += 1) {
    await ask('GET', '/unread-count');
    await ask('GET', `/conversations/${light}/messages`);
    await ask('GET', '/conversations');
    await ask('POST', `/conversations/${light}/messages`, { content: 'more' });
  }
  isOver = true;
  await Promise.all(attacks);
  socket.terminate();
  expect(syncs).toBeGreaterThan(0);
  expect(new Set(statuses)).toEqual(new Set([200, 201]));
  expect(times.toSorted((a, b) => a - b)[times.length / 2]).toBeLessThan(PROMPT_MS);
}, 60_000);
