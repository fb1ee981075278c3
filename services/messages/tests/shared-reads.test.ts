import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeCursor, encodeHistoryCursor, messagesEndpoints, PAGE_LIMIT, type Read } from '@vestnik/contracts';
import fc from 'fast-check';
import { type Fixture, startFixture } from './support.ts';

const ANNA = 61;
const BORIS = 62;
const STRANGER = 69;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const readTogether = async (...reads: Read[]) =>
  (await fixture.bus.requestLines(messagesEndpoints.read, { reads })).map((line) => line.toString());

/** What each read is answered when it is asked by itself; a count is the sum of what the list says. */
async function readAlone(read: Read): Promise<string> {
  if (read.kind === 'unread') {
    const list = { user_id: read.user_id, limit: PAGE_LIMIT };
    const { summaries } = await fixture.bus.request(messagesEndpoints.summarizeConversations, list);
    return JSON.stringify({ unread_count: summaries.reduce((sum, summary) => sum + summary.unread_count, 0) });
  }
  if (read.kind === 'list')
    return JSON.stringify(await fixture.bus.request(messagesEndpoints.summarizeConversations, read));
  const { messages, has_more } = await fixture.bus.request(messagesEndpoints.readHistory, read);
  const before_seq = messages.at(-1)?.seq ?? 0;
  return JSON.stringify({ messages, next_cursor: has_more ? encodeHistoryCursor({ before_seq }) : null });
}

/** Every kind of message there is, and first readings in between. */
async function fill(conversationId: number, texts: readonly string[]): Promise<void> {
  for (const [index, content] of texts.entries()) {
    const author = index % 3 === 0 ? BORIS : ANNA;
    const { id, seq } = await fixture.say(author, conversationId, content);
    const own = { user_id: author, message_id: id };
    if (index % 5 === 1)
      await fixture.bus.request(messagesEndpoints.editMessage, { ...own, content: `${content}\n"новое"` });
    if (index % 7 === 2) await fixture.bus.request(messagesEndpoints.deleteMessage, own);
    else if (index % 4 === 1) {
      for (const user_id of [ANNA, BORIS]) {
        await fixture.bus.request(messagesEndpoints.setReaction, {
          user_id,
          message_id: id,
          emoji: '👍',
          present: true,
        });
      }
    }
    if (index % 6 === 0) {
      const reader = author === ANNA ? BORIS : ANNA;
      const marker = { user_id: reader, conversation_id: conversationId, up_to_seq: seq };
      await fixture.bus.request(messagesEndpoints.markRead, marker);
    }
  }
  const attachments = [{ url: 'https://files.example/a?b=1&c=2', name: 'отчёт "1".pdf', mime_type: 'a/b', size: 3 }];
  await fixture.send({
    sender_id: ANNA,
    conversation_id: conversationId,
    client_message_id: 'id "with" quotes',
    content: null,
    type: 'file',
    attachments,
  });
}

describe('reads that share their statements', () => {
  test('say, to the byte, what each says by itself', async () => {
    const tea = await fixture.conversation([ANNA, BORIS]);
    const coffee = await fixture.conversation([BORIS, ANNA]);
    const hard = ['line\nbreak', 'tab\t', '\u2028', '"', '\\', '👩‍👩‍👧', 'чай', '\u0001', '{"a":1}'];
    await fill(
      tea.id,
      Array.from({ length: 40 }, (_, index) => hard[index % hard.length] ?? ''),
    );
    await fill(coffee.id, ['one', 'two', 'three']);
    const users = fc.constantFrom(ANNA, BORIS);
    const limit = fc.integer({ min: 1, max: 50 });
    const read: fc.Arbitrary<Read> = fc.oneof(
      fc.record({ kind: fc.constant('unread' as const), user_id: users }),
      fc.record({
        kind: fc.constant('page' as const),
        user_id: users,
        conversation_id: fc.constantFrom(tea.id, coffee.id),
        limit,
        before_seq: fc.integer({ min: 2, max: 60 }),
      }),
      fc.record({ kind: fc.constant('list' as const), user_id: users, limit }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(read, { minLength: 1, maxLength: 8 }), async (reads) => {
        expect(await readTogether(...reads)).toEqual(await Promise.all(reads.map(readAlone)));
      }),
      { numRuns: 40 },
    );
  });

  test('what cannot be said at once is left to be asked by itself, and does not touch the others', async () => {
    const { id } = await fixture.conversation([ANNA, BORIS]);
    await fixture.say(ANNA, id, 'hello');
    const page = { kind: 'page' as const, conversation_id: id, limit: 10 };
    const lines = await readTogether(
      { ...page, user_id: STRANGER },
      { ...page, user_id: ANNA, before_seq: 1 },
      { kind: 'list', user_id: ANNA, limit: 10, cursor: 'nonsense' },
      { ...page, user_id: ANNA },
      { kind: 'unread', user_id: STRANGER },
    );
    expect(lines.map((line) => line.length > 0)).toEqual([false, false, false, true, true]);
    expect(lines[3]).toContain('"content":"hello"');
    expect(lines[4]).toBe('{"unread_count":0}');
  });

  test('together they stay small enough to travel: what is too long goes by itself, and comes whole', async () => {
    const { id } = await fixture.conversation([ANNA, BORIS]);
    for (let index = 0; index < 30; index += 1) await fixture.say(ANNA, id, 'ы'.repeat(10_000));
    const page = { kind: 'page' as const, user_id: BORIS, conversation_id: id, limit: 30 };
    const lines = await readTogether(...Array.from({ length: 20 }, () => page));
    const sent = lines.filter((line) => line.length > 0);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(20);
    for (const line of sent) expect(line).toBe(await readAlone(page));
  });

  test('a list goes on behind the cursor, also among activities within one millisecond', async () => {
    const conversations = [];
    for (let index = 0; index < 12; index += 1) conversations.push(await fixture.conversation([81, 82]));
    await fixture.send(...conversations.map(({ id }) => ({ sender_id: 82, conversation_id: id, content: 'x' })));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const [line = ''] = await readTogether({ kind: 'list', user_id: 81, limit: 5, ...(cursor && { cursor }) });
      const page = JSON.parse(line) as { summaries: { conversation_id: number }[]; next_cursor: string | null };
      seen.push(...page.summaries.map((summary) => summary.conversation_id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    const [whole = ''] = await readTogether({ kind: 'list', user_id: 81, limit: 50 });
    const { summaries } = JSON.parse(whole) as { summaries: { conversation_id: number }[] };
    expect(seen).toEqual(summaries.map((summary) => summary.conversation_id));
    expect(seen.toSorted((a, b) => a - b)).toEqual(conversations.map(({ id }) => id));
    const beyond = encodeCursor([1_000_000, 1]);
    expect(await readTogether({ kind: 'list', user_id: 81, limit: 5, cursor: beyond })).toEqual([
      '{"summaries":[],"next_cursor":null}',
    ]);
  });
});
