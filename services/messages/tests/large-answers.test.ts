import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messagesEndpoints, type SummaryPage } from '@vestnik/contracts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

/** Each character takes six bytes in JSON; six such messages are more than the bus carries. */
const HUGE = '\u0001'.repeat(250_000);
const READER = 1;

let service: ServiceUnderTest;
const ids: number[] = [];
beforeAll(async () => {
  service = await startServiceUnderTest();
  for (let index = 0; index < 6; index += 1) {
    const { id } = await service.conversation([READER, 2]);
    ids.push(id);
    await service.say(2, id, HUGE);
  }
});
afterAll(() => service.stop());

test('a conversation list shows the first 200 characters of a message, each of them whole', async () => {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const page: SummaryPage = await service.summaries({ user_id: READER, limit: 100 }, cursor);
    for (const { last_message_content } of page.summaries) expect(last_message_content).toBe('\u0001'.repeat(200));
    seen.push(...page.summaries.map(({ conversation_id }) => conversation_id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids.toReversed());
});

test('so does one of characters of several code points', async () => {
  const reader = 9;
  const { id } = await service.conversation([reader, 2]);
  const family = '👩‍👩‍👧‍👦';
  for (const [content, shown] of [
    [family.repeat(250), family.repeat(200)],
    [`${'д'.repeat(199)}${family}!`, `${'д'.repeat(199)}${family}`],
    ['д'.repeat(200), 'д'.repeat(200)],
    ['é'.repeat(300), 'é'.repeat(200)],
    [`${'x'.repeat(200)}\u0301`, `${'x'.repeat(199)}x\u0301`],
  ] as const) {
    await service.say(2, id, content);
    const { summaries } = await service.summaries({ user_id: reader, limit: 1 }, null);
    expect(summaries[0]?.last_message_content).toBe(shown);
  }
});

test('a history of huge messages, and what a client missed, come by shorter pages', async () => {
  const [conversation_id = 0] = ids;
  for (let index = 0; index < 6; index += 1) await service.say(2, conversation_id, HUGE);
  const read: number[] = [];
  for (let more = true; more; ) {
    const after_seq = read.at(-1) ?? 0;
    const input = { user_id: READER, conversation_id, limit: 100, after_seq };
    const page = await service.history(input);
    const [synced] = (
      await service.bus.request(messagesEndpoints.syncConversations, {
        user_id: READER,
        conversations: [{ id: conversation_id, after_seq }],
      })
    ).conversations;
    expect(synced).toMatchObject({ messages: page.messages, has_more: page.next_cursor !== null });
    read.push(...page.messages.map(({ seq }) => seq));
    more = page.next_cursor !== null;
  }
  expect(read).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('one `sync` that names all of them is answered, and everything comes when it is repeated', async () => {
  const held = new Map(ids.map((id) => [id, 0]));
  for (let more = true; more; ) {
    const places = [...held].map(([id, after_seq]) => ({ id, after_seq }));
    const answer = await service.bus.request(messagesEndpoints.syncConversations, {
      user_id: READER,
      conversations: places,
    });
    const before = [...held.values()];
    for (const page of answer.conversations) {
      if ('error' in page) throw new Error(page.error);
      for (const { seq, content } of page.messages) {
        expect([seq, content === HUGE]).toEqual([(held.get(page.id) ?? 0) + 1, true]);
        held.set(page.id, seq);
      }
    }
    more = answer.conversations.some((page) => 'has_more' in page && page.has_more);
    // Each repetition brings something.
    if (more) expect([...held.values()]).not.toEqual(before);
  }
  const heads = await service.bus.request(messagesEndpoints.findHeads, { conversation_ids: ids });
  expect([...held.values()]).toEqual(heads.heads.map(({ seq }) => seq));
});
