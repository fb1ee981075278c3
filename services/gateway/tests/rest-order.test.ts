import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, token } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { conversations: 2, messages: 2, notifications: 2 } });
});
afterAll(() => system.stop());

/** Sends requests on one connection without waiting for an answer. Returns the status of each answer. */
async function pipeline(userId: number, requests: { method: string; path: string; body: object }[]): Promise<string[]> {
  const { port } = new URL(system.restUrl());
  const authorization = `Bearer ${await token(userId)}`;
  const texts = requests.map(({ method, path, body }, index) => {
    const text = JSON.stringify(body);
    const head = [
      `${method} /api/messenger${path} HTTP/1.1`,
      'host: localhost',
      `authorization: ${authorization}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(text)}`,
      ...(index === requests.length - 1 ? ['connection: close'] : []),
    ];
    return `${head.join('\r\n')}\r\n\r\n${text}`;
  });
  const socket = connect(Number(port), '127.0.0.1');
  let answers = '';
  socket.on('data', (bytes) => {
    answers += bytes.toString();
  });
  socket.write(texts.join(''));
  await once(socket, 'close');
  return [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => match[1] ?? '');
}

const five = [1, 2, 3, 4, 5];
const allOk = five.map(() => '200');

test('changes that a client pipelines on one connection take effect in the order sent', async () => {
  const rest = await system.rest(1);
  const group = { type: 'group', name: 'group', participantIds: [2], message: 'draft' };
  for (let round = 0; round < 10; round += 1) {
    const { conversation, message } = (await rest('POST', '/conversations', group)).data;
    const path = `/conversations/${conversation.id}`;
    const renames = five.map((number) => ({ method: 'PATCH', path, body: { name: `name ${number}` } }));
    const edits = five.map((number) => ({
      method: 'PATCH',
      path: `/messages/${message.id}`,
      body: { content: `version ${number}` },
    }));
    const preferences = five.map((number) => ({
      method: 'PUT',
      path: '/notification-preferences',
      body: { mutedConversationIds: [number] },
    }));
    const statuses = await Promise.all([pipeline(1, renames), pipeline(1, edits), pipeline(1, preferences)]);
    expect(statuses).toEqual([allOk, allOk, allOk]);
    expect((await rest('GET', path)).data.conversation.name).toBe('name 5');
    expect((await rest('GET', `${path}/messages`)).data.messages).toMatchObject([{ content: 'version 5' }]);
    const kept = (await rest('GET', '/notification-preferences')).data.preferences;
    expect(kept.muted_conversation_ids).toEqual([5]);
  }
});
