import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, type TestClient, token, until } from '@vestnik/testing';
import { createSocketIoClient, ready, type SocketIoClient } from './socket-io-client.ts';

const [anna, boris] = [1, 2] as [number, number];
let system: System;
let natives: TestClient[];
let stock: SocketIoClient;
beforeAll(async () => {
  system = await startSystem({
    instances: { gateway: 2, messages: 2 },
    settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' },
  });
  natives = [await system.connect(anna, 0), await system.connect(anna, 1)];
  const url = system.socketUrl(1).replace(/^ws(.*)\/ws$/, 'http$1');
  stock = await ready(createSocketIoClient(url, await token(anna)));
});
afterAll(async () => {
  stock.close();
  await system.stop();
});

/** One way for anna to send: the reply's message, or the code of the refusal. */
type Door = (
  conversationId: number,
  clientMessageId: string,
  content: string,
) => Promise<{ id?: number; code?: string }>;

const overSocket =
  (client: {
    call(event: string, data: unknown): Promise<{ data?: { message: { id: number } }; error?: { code: string } }>;
  }): Door =>
  async (conversationId, clientMessageId, content) => {
    const reply = await client.call('send_message', { conversationId, clientMessageId, content });
    return reply.error ? { code: reply.error.code } : { id: reply.data?.message.id };
  };
const overRest =
  (gateway: number): Door =>
  async (conversationId, clientMessageId, content) => {
    const call = await system.rest(anna, gateway);
    const { data, body } = await call('POST', `/conversations/${conversationId}/messages`, {
      clientMessageId,
      content,
    });
    return data ? { id: data.message.id } : { code: body.error.code };
  };
const doors = (): Door[] => [...natives.map(overSocket), overSocket(stock), overRest(0), overRest(1)];

async function newConversation(): Promise<number> {
  const group = { type: 'group', name: 'doors', participantIds: [boris] };
  return (await (await system.rest(anna))('POST', '/conversations', group)).data.conversation.id;
}

test('one client message id is one message, from every device and door at once, and again, and nowhere else', async () => {
  const [id, elsewhere] = [await newConversation(), await newConversation()];
  const receiver = await system.connect(boris);
  const names = Array.from({ length: 30 }, (_, index) => `once-${index}`);
  const stored = await Promise.all(
    names.map(async (name) => {
      const replies = await Promise.all(doors().map((send, door) => send(id, name, `${name} by door ${door}`)));
      expect(new Set(replies.map((reply) => reply.id)).size).toBe(1);
      return replies[0]?.id as number;
    }),
  );
  expect(new Set(stored).size).toBe(names.length);
  const { messages } = (await (await system.rest(boris))('GET', `/conversations/${id}/messages?limit=100`)).data;
  expect(messages.map((message: { seq: number }) => message.seq).toReversed()).toEqual(
    names.map((_, index) => index + 1),
  );
  await until('all have come live', () => receiver.events('new_message').length === names.length);
  for (const send of doors()) {
    expect(await send(id, 'once-0', 'much later')).toEqual({ id: stored[0] });
    expect(await send(elsewhere, 'once-0', 'elsewhere')).toEqual({ code: 'conflict' });
  }
  expect(receiver.events('new_message')).toHaveLength(names.length);
});

test('unread is the same by every door, through reads, deletions, leaving and coming back', async () => {
  const id = await newConversation();
  const [mine, his] = [await system.rest(anna), await system.rest(boris, 1)];
  const say = async (content: string) =>
    (await mine('POST', `/conversations/${id}/messages`, { content })).data.message as { id: number; seq: number };
  const shown = async () => {
    const total = (await his('GET', '/unread-count')).data.unread_count as number;
    const list = (await his('GET', '/conversations')).data.conversations as { id: number; unread_count: number }[];
    expect(list.reduce((sum, conversation) => sum + conversation.unread_count, 0)).toBe(total);
    return list.find((conversation) => conversation.id === id)?.unread_count;
  };
  const sent = [await say('one'), await say('two'), await say('three'), await say('four')];
  expect(await shown()).toBe(4);
  await mine('DELETE', `/messages/${sent[3]?.id}`);
  await mine('DELETE', `/messages/${sent[3]?.id}`);
  expect(await shown()).toBe(3);
  const read = await his('POST', `/conversations/${id}/read`, { upToSeq: 1 });
  expect(read.data).toMatchObject({ up_to_seq: 1, unread_count: 2 });
  await mine('DELETE', `/messages/${sent[0]?.id}`);
  expect(await shown()).toBe(2);
  await his('DELETE', `/conversations/${id}/participants/${boris}`);
  await say('without him');
  expect(await shown()).toBeUndefined();
  await mine('POST', `/conversations/${id}/participants`, { participantIds: [boris] });
  expect(await shown()).toBe(0);
  await mine('DELETE', `/messages/${sent[1]?.id}`);
  expect(await shown()).toBe(0);
  await say('welcome back');
  expect(await shown()).toBe(1);
  await his('POST', `/conversations/${id}/messages`, { content: 'thanks' });
  expect(await shown()).toBe(0);
});
