import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bus } from '@vestnik/bus';
import { messagesEndpoints } from '@vestnik/contracts';
import { connectTestBus, type System, startSystem, until } from '@vestnik/testing';

const [anna, boris, away] = [1, 2, 3] as [number, number, number];
const MISSED = 10_000;
/** Every hundredth message is long, so that pages differ in size. */
const LONG = '🙂'.repeat(10_000);
/** No answer may be larger, in bytes: what a page holds at most, each character in the most bytes that it takes. */
const LARGEST_ANSWER = 2 * 1024 * 1024;

let system: System;
let bus: Bus;
let conversationId = 0;
beforeAll(async () => {
  system = await startSystem({ settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' } });
  bus = await connectTestBus(system.servers.natsUrl);
  const call = await system.rest(anna);
  const group = { type: 'group', name: 'a day', participantIds: [boris, away] };
  conversationId = (await call('POST', '/conversations', group)).data.conversation.id;
  for (let stored = 0; stored < MISSED; stored += 1_000) await write(stored, 1_000);
});
afterAll(async () => {
  await bus.close();
  await system.stop();
});

/** Stores messages of anna's, numbered from `first` on. */
async function write(first: number, count: number): Promise<void> {
  const sends = Array.from({ length: count }, (_, index) => ({
    sender_id: anna,
    conversation_id: conversationId,
    client_message_id: `past-${first + index}`,
    type: 'text' as const,
    content: (first + index) % 100 === 0 ? LONG : `message ${first + index}`,
    attachments: [],
    reply_to_id: null,
  }));
  const { results } = await bus.request(messagesEndpoints.sendMessages, { sends }, { timeoutMs: 20_000 });
  expect(results.filter((result) => 'error' in result)).toEqual([]);
}

const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);
const seqs = (messages: { seq: number }[]) => messages.map(({ seq }) => seq);

test('a client away for a day gets 10,000 missed messages by `sync`, each once, in order, while more arrive', async () => {
  const returned = await system.connect(away);
  const writer = await system.connect(boris);
  let largest = 0;
  returned.socket.on('message', (raw: Buffer) => (largest = Math.max(largest, raw.length)));

  const caughtUp: { seq: number }[] = [];
  let pages = 0;
  for (let more = true; more; pages += 1) {
    if (pages < 50) void writer.ask('send_message', { conversationId, content: `meanwhile ${pages}` });
    const afterSeq = caughtUp.at(-1)?.seq ?? 0;
    const [page] = (await returned.ask('sync', { conversations: [{ id: conversationId, afterSeq }] })).conversations;
    expect(page.messages.length).toBeLessThanOrEqual(100);
    caughtUp.push(...page.messages);
    more = page.has_more;
  }
  expect(pages).toBeGreaterThanOrEqual(MISSED / 100);
  expect(largest).toBeLessThan(LARGEST_ANSWER);
  expect(seqs(caughtUp)).toEqual(upTo(MISSED + 50));
  // Messages that arrived meanwhile came live too. So a client that drops its own copy gets everything from one of the two.
  const live = returned.events('new_message').map(({ message }) => message.seq);
  expect(live).toEqual(upTo(MISSED + 50).slice(MISSED));
  const [rest] = (await returned.ask('sync', { conversations: [{ id: conversationId, afterSeq: caughtUp.length }] }))
    .conversations;
  expect(rest).toMatchObject({ messages: [], has_more: false });
});

test('and by REST from the last message held on, each once, in order, while more arrive', async () => {
  const call = await system.rest(away);
  const write = await system.rest(boris);
  const caughtUp: { seq: number }[] = [];
  let pages = 0;
  for (let cursor: string | null = 'after=0'; cursor !== null; pages += 1) {
    if (pages < 20) void write('POST', `/conversations/${conversationId}/messages`, { content: `meanwhile ${pages}` });
    const { data } = await call('GET', `/conversations/${conversationId}/messages?limit=100&${cursor}`);
    caughtUp.push(...data.messages);
    cursor = data.next_cursor === null ? null : `cursor=${data.next_cursor}`;
  }
  expect(seqs(caughtUp)).toEqual(upTo(MISSED + 70));
});

test('the head of many conversations comes in one answer of bounded size, and the rest page by page', async () => {
  const call = await system.rest(anna);
  const others = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const group = { type: 'group', name: `${index}`, participantIds: [away], message: LONG };
      // Groups of one owner are made one after the other, and a busy machine refuses those that wait for too long.
      const made = until(`group ${index} is made`, async () => (await call('POST', '/conversations', group)).data);
      return (await made).conversation.id as number;
    }),
  );
  const client = await system.connect(away);
  const places = new Map([conversationId, ...others].map((id) => [id, 0]));
  const held = new Map<number, number[]>([...places.keys()].map((id) => [id, []]));
  while (places.size > 0) {
    const asked = [...places].map(([id, afterSeq]) => ({ id, afterSeq }));
    const { conversations } = await client.ask('sync', { conversations: asked });
    for (const { id, messages, has_more } of conversations) {
      held.get(id)?.push(...seqs(messages));
      if (has_more) places.set(id, held.get(id)?.at(-1) ?? 0);
      else places.delete(id);
    }
  }
  expect(held.get(conversationId)).toEqual(upTo(MISSED + 70));
  for (const id of others) expect(held.get(id)).toEqual([1]);
});
