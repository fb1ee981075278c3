import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';

const [GREEDY, MODEST, FRIEND] = [1, 2, 3];
/** Forty kilobytes; a page of a hundred is four megabytes. */
const LONG = '😀'.repeat(10_000);

/** Sixty kilobytes of JSON; a page is three megabytes, and the buffers of a connection take no more than two of them. */
const LONG_IN_JSON = `x${'\u0001'.repeat(9_999)}`;

let system: System;
beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0', LIMIT_ANSWER_SECONDS: '10' };
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

test('a client that does not read its answers gets no further ones and is cut off, and other users do not notice', async () => {
  const reluctant = 4;
  const heavy = await fill(reluctant, LONG_IN_JSON, 60);
  const light = await fill(MODEST, 'short', 1);
  const [rest, modest] = [await system.rest(reluctant), await system.rest(MODEST)];
  const path = `/conversations/${heavy}/messages?limit=100`;
  const { port, hostname } = new URL(system.restUrl());
  const request = `GET /api/messenger${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await token(reluctant)}\r\n\r\n`;
  const connections: Socket[] = [];
  await until('the user gets no further answer', async () => {
    const connection = connect(Number(port), hostname).pause();
    connection.on('error', () => undefined);
    connections.push(connection);
    connection.write(request.repeat(4));
    // Either the slots of the user are taken (503), or too many bytes wait for the user (429).
    return [429, 503].includes((await rest('GET', path)).status);
  });
  const statuses = [];
  for (const way of ['/conversations', `/conversations/${light}/messages`, '/unread-count']) {
    statuses.push((await modest('GET', way)).status);
  }
  expect(statuses).toEqual([200, 200, 200]);
  await until(
    'the connections are cut, and the user is served again',
    async () => (await rest('GET', path)).status === 200,
  );
  for (const connection of connections) connection.destroy();
  const metrics = await (await fetch(`${system.opsUrl()}/metrics`)).text();
  const counted = metrics.split('\n').filter((line) => line.startsWith('vestnik_limit_refusals_total'));
  expect(counted.join()).toMatch(/limit="slow_answer"[^}]*\} [1-9]/);
});
