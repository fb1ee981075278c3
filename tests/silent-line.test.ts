import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createTestClient,
  type PushReceiver,
  type System,
  startPushReceiver,
  startSystem,
  startTcpProxy,
  type TcpProxy,
  token,
  until,
} from '@vestnik/testing';
import { createSocketIoClient, ready, type SocketIoClient, TRANSPORTS } from './socket-io-client.ts';

let system: System;
let receiver: PushReceiver;
let proxy: TcpProxy;
const clients: SocketIoClient[] = [];
beforeAll(async () => {
  const settings = { PUSH_ALLOW_PRIVATE_TARGETS: '1', PRESENCE_GRACE_SECONDS: '1' };
  [system, receiver] = await Promise.all([startSystem({ settings }), startPushReceiver()]);
  proxy = await startTcpProxy(system.socketUrl());
});
afterAll(async () => {
  for (const client of clients) client.close();
  await proxy.stop();
  await system.stop();
  await receiver.stop();
});

/** A device of a user behind the proxy, by the way that it connects. */
const devices: Record<string, (userId: number) => Promise<{ events(name: string): unknown[] }>> = {
  native: async (userId) => createTestClient(proxy.url, await token(userId)),
  'Socket.IO WebSocket': (userId) => connectSocketIo(userId, 'websocket only'),
  'Socket.IO polling': (userId) => connectSocketIo(userId, 'polling only'),
};

async function connectSocketIo(userId: number, transports: string): Promise<SocketIoClient> {
  const url = proxy.url.replace(/^ws(.*)\/ws$/, 'http$1');
  const client = createSocketIoClient(url, await token(userId), { ...TRANSPORTS[transports], reconnection: false });
  clients.push(client);
  return ready(client);
}

test('a message into a line that died without a word is not delivered, and is pushed when the line is found dead', async () => {
  const author = 1;
  const rest = await system.rest(author);
  const socket = await system.connect(author);
  const users = await Promise.all(
    Object.entries(devices).map(async ([name, connect], index) => {
      const userId = index + 2;
      const { data } = await rest('POST', '/conversations', { participantId: userId });
      const target = { url: receiver.url(`/${userId}`) };
      await (await system.rest(userId))('POST', '/devices', { provider: 'webhook', target });
      const device = await connect(userId);
      return { name, userId, device, conversationId: data.conversation.id as number };
    }),
  );
  const deliveredTo = (userId: number) =>
    socket
      .events('messages_delivered')
      .filter((event) => event.user_id === userId)
      .map((event) => event.up_to_seq);
  for (const { conversationId } of users)
    await socket.ask('send_message', { conversationId, content: 'to a live line' });
  for (const { name, userId } of users) {
    await until(`it is delivered: ${name}`, () => deliveredTo(userId).includes(1), 5_000);
  }

  proxy.hold();
  const heldAt = performance.now();
  const messageIds: number[] = [];
  for (const { conversationId } of users) {
    messageIds.push((await socket.ask('send_message', { conversationId, content: 'into the void' })).message.id);
  }
  await delay(3_000);
  for (const { userId } of users) expect(deliveredTo(userId)).toEqual([1]);
  for (const [index, { name, userId }] of users.entries()) {
    const isOffline = () => socket.events('user_status').some((event) => event.user_id === userId && !event.is_online);
    await until(`the user is offline: ${name}`, isOffline, 40_000);
    // The line is found dead within 30 s; the grace and a look at it follow.
    expect(performance.now() - heldAt).toBeLessThan(35_000);
    const isPushed = () => receiver.received.some((push) => push.messageId === messageIds[index]);
    await until(`it is pushed: ${name}`, isPushed);
    expect(deliveredTo(userId)).toEqual([1]);
  }
  const pushedOfFirst = receiver.received.filter((push) => !messageIds.includes(push.messageId));
  expect(pushedOfFirst).toEqual([]);
});

test('a browser sees by `ping` that its line is alive, also before `ready`', async () => {
  const client = await createTestClient(system.socketUrl(), await token(20), { awaitReady: false });
  client.send(JSON.stringify({ event: 'ping' }));
  await until('the pong comes', () => client.frames.some((frame) => frame.event === 'pong'));
  expect(client.frames.find((frame) => frame.event === 'pong')).toEqual({ event: 'pong' });
  client.send(JSON.stringify({ id: 'a', event: 'ping' }));
  await until('the reply comes', () => client.frames.some((frame) => frame.id === 'a'));
  const socketIo = createSocketIoClient(system.socketUrl().replace(/^ws(.*)\/ws$/, 'http$1'), await token(21));
  clients.push(socketIo);
  await ready(socketIo);
  expect(await socketIo.call('ping')).toMatchObject({ ok: true });
  await until('the pong comes', () => socketIo.frames.some((frame) => frame.event === 'pong'));
});
