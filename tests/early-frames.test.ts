import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestClient, type System, startSystem, token, until } from '@vestnik/testing';
import { createSocketIoClient, TRANSPORTS } from './socket-io-client.ts';

const AUTHOR = 1;
const READER = 2;

let system: System;
beforeAll(async () => {
  system = await startSystem({ separateProcesses: ['conversations'] });
});
afterAll(() => system.stop(), 30_000);

const text = (conversationId: number, content: string) =>
  JSON.stringify({ event: 'send_message', data: { conversationId, content } });

/** How a client sends a few messages before `ready` and leaves at once, by door and transport. */
const leaving: Record<string, (conversationId: number, contents: string[]) => Promise<void>> = {
  'native, closing': async (conversationId, contents) => {
    const { socket } = await createTestClient(system.socketUrl(), await token(AUTHOR), { awaitReady: false });
    for (const content of contents) socket.send(text(conversationId, content));
    socket.close();
    await once(socket, 'close');
  },
  'native, hanging up': async (conversationId, contents) => {
    const { socket } = await createTestClient(system.socketUrl(), await token(AUTHOR), { awaitReady: false });
    for (const content of contents) await new Promise((sent) => socket.send(text(conversationId, content), sent));
    socket.terminate();
  },
  ...Object.fromEntries(
    Object.keys(TRANSPORTS).map((transports) => [
      `Socket.IO, ${transports}`,
      async (conversationId: number, contents: string[]) => {
        const url = system.socketUrl().replace(/^ws(.*)\/ws$/, 'http$1');
        const { socket } = createSocketIoClient(url, await token(AUTHOR), TRANSPORTS[transports]);
        await new Promise<void>((resolve) => socket.once('connect', resolve));
        for (const content of contents) socket.emit('send_message', { conversationId, content });
        socket.disconnect();
      },
    ]),
  ),
};

test.each(Object.keys(leaving))(
  'frames sent before `ready` are handled in order, though the client leaves at once and delivery never begins: %s',
  async (way) => {
    const rest = await system.rest(READER);
    const { data } = await rest('POST', '/conversations', { participantId: AUTHOR });
    const conversationId: number = data.conversation.id;
    const contents = Array.from({ length: 10 }, (_, index) => `${way} ${index}`);
    // Delivery cannot begin while conversations does not answer.
    const conversations = system.processesOf('conversations').map(({ child }) => child);
    for (const child of conversations) child.kill('SIGSTOP');
    try {
      await leaving[way]?.(conversationId, contents);
      const socketOfReader = async () => {
        const path = `/conversations/${conversationId}/messages?limit=10`;
        const { messages } = (await rest('GET', path)).data;
        return messages.map((message: { content: string }) => message.content).toReversed();
      };
      await until('all are stored', async () => (await socketOfReader()).at(-1) === contents.at(-1), 4_000);
      expect(await socketOfReader()).toEqual(contents);
    } finally {
      for (const child of conversations) child.kill('SIGCONT');
    }
  },
);
