import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  conversationsEndpoints,
  type HistoryAsk,
  messagesEndpoints,
  type SummaryAsk,
  type SummaryPage,
  type UnreadAsk,
} from '@vestnik/contracts';
import fc from 'fast-check';
import { plainCount, plainHistory, plainSummaries } from './plain-reads.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const ANNA = 61;
const BORIS = 62;
const STRANGER = 69;

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

type Ask = { kind: 'unread'; ask: UnreadAsk } | { kind: 'page'; ask: HistoryAsk } | { kind: 'list'; ask: SummaryAsk };

const text = (lines: Buffer[]) => lines.map((line) => line.toString());
const pages = async (...asks: HistoryAsk[]) =>
  text(await service.bus.requestLines(messagesEndpoints.readHistory, { asks }));
const lists = async (...asks: SummaryAsk[]) =>
  text(await service.bus.requestLines(messagesEndpoints.summarizeConversations, { asks }));
const counts = async (...asks: UnreadAsk[]) =>
  text(await service.bus.requestLines(messagesEndpoints.countUnread, { asks }));

/** Makes asks of one kind in one request. */
async function askTogether(asks: readonly Ask[]): Promise<string[]> {
  const ofKind = <Kind extends Ask['kind']>(kind: Kind) =>
    asks.flatMap((each) => (each.kind === kind ? [each.ask as Extract<Ask, { kind: Kind }>['ask']] : []));
  const requests = { unread: ofKind('unread'), page: ofKind('page'), list: ofKind('list') };
  const lines = {
    unread: (requests.unread.length > 0 ? await counts(...requests.unread) : []).values(),
    page: (requests.page.length > 0 ? await pages(...requests.page) : []).values(),
    list: (requests.list.length > 0 ? await lists(...requests.list) : []).values(),
  };
  return asks.map(({ kind }) => lines[kind].next().value ?? 'no line');
}

/** Returns the line that an ask has to get. */
function expected({ kind, ask }: Ask): Promise<string> {
  if (kind === 'unread') return plainCount(service, ask.user_id);
  return kind === 'list' ? plainSummaries(service, ask) : plainHistory(service, ask);
}

/** Every kind of message there is, and first readings in between. */
async function fill(conversationId: number, texts: readonly string[]): Promise<void> {
  for (const [index, content] of texts.entries()) {
    const author = index % 3 === 0 ? BORIS : ANNA;
    const mentions = [[], [ANNA], 'all' as const, [BORIS, ANNA]][index % 4] ?? [];
    const [result] = await service.send({
      sender_id: author,
      conversation_id: conversationId,
      content,
      mentions,
      marks_read: index % 7 !== 3,
    });
    if (!result || 'error' in result) throw new Error('not stored');
    const { id, seq } = result.message;
    const own = { user_id: author, message_id: id };
    if (index % 5 === 1)
      await service.bus.request(messagesEndpoints.editMessage, { ...own, content: `${content}\n"новое"` });
    if (index % 7 === 2) await service.bus.request(messagesEndpoints.deleteMessage, own);
    else if (index % 4 === 1) {
      for (const user_id of [ANNA, BORIS]) {
        await service.bus.request(messagesEndpoints.setReaction, {
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
      await service.bus.request(messagesEndpoints.markRead, marker);
    }
  }
  const attachments = [{ url: 'https://files.example/a?b=1&c=2', name: 'отчёт "1".pdf', mime_type: 'a/b', size: 3 }];
  await service.send({
    sender_id: ANNA,
    conversation_id: conversationId,
    client_message_id: 'id "with" quotes',
    content: null,
    type: 'file',
    attachments,
  });
}

describe('reads that share their statements', () => {
  test('say, to the byte, what is stored, together as alone', async () => {
    const tea = await service.conversation([ANNA, BORIS]);
    const coffee = await service.conversation([BORIS, ANNA]);
    const hard = ['line\nbreak', 'tab\t', '\u2028', '"', '\\', '👩‍👩‍👧', 'чай', '\u0001', '{"a":1}'];
    await fill(
      tea.id,
      Array.from({ length: 40 }, (_, index) => hard[index % hard.length] ?? ''),
    );
    await fill(coffee.id, ['one', 'two', 'three']);
    const user_id = fc.constantFrom(ANNA, BORIS);
    const conversation_id = fc.constantFrom(tea.id, coffee.id);
    const limit = fc.integer({ min: 1, max: 50 });
    const place = fc.oneof(
      fc.constant({}),
      fc.record({ before_seq: fc.integer({ min: 2, max: 60 }) }),
      // Of either conversation a message is left.
      fc.record({ after_seq: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ offset: fc.integer({ min: 0, max: 2 }) }),
    );
    const page = fc.record({ user_id, conversation_id, limit, place }).map(({ place: own, ...rest }) => ({
      kind: 'page' as const,
      ask: { ...rest, ...own },
    }));
    const list = fc.record({ user_id, limit, conversation_id: fc.option(conversation_id, { nil: undefined }) });
    const anyAsk: fc.Arbitrary<Ask> = fc.oneof(
      fc.record({ kind: fc.constant('unread' as const), ask: fc.record({ user_id }) }),
      page,
      fc.record({ kind: fc.constant('list' as const), ask: list }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyAsk, { minLength: 1, maxLength: 8 }), async (asks) => {
        const wanted = await Promise.all(asks.map(expected));
        expect(await askTogether(asks)).toEqual(wanted);
        const alone = await Promise.all(asks.map((ask) => askTogether([ask])));
        expect(alone.flat()).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  test('what cannot be said at once is left to be asked for alone, and does not touch the others', async () => {
    // Conversations knows no more than the copy of messages does.
    service.bus.connection.subscribe(conversationsEndpoints.copyConversations.subject, {
      callback: (_, request) => void request.respond(JSON.stringify({ conversations: [] })),
    });
    const { id } = await service.conversation([ANNA, BORIS]);
    await service.say(ANNA, id, 'hello');
    const page = { conversation_id: id, limit: 10 };
    const strangers = { ...page, user_id: STRANGER };
    const empty = { ...page, user_id: ANNA, before_seq: 1 };
    const lines = await pages(strangers, empty, { ...page, user_id: ANNA });
    expect(lines.map((line) => line.length > 0)).toEqual([false, false, true]);
    expect(lines[2]).toContain('"content":"hello"');
    await expect(pages(strangers)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await pages(empty)).toEqual(['{"messages":[],"next_cursor":null}']);

    const nothing = '{"summaries":[],"next_cursor":null}';
    const unknown = { user_id: STRANGER, limit: 1, conversation_id: id };
    expect(await lists(unknown, { user_id: STRANGER, limit: 10 })).toEqual(['', nothing]);
    expect(await lists(unknown)).toEqual([nothing]);
    expect(await counts({ user_id: STRANGER }, { user_id: STRANGER })).toEqual(Array(2).fill('{"unread_count":0}'));
  });

  test('together they stay small enough to travel: what is too long goes by itself, and comes whole', async () => {
    const { id } = await service.conversation([ANNA, BORIS]);
    for (let index = 0; index < 30; index += 1) await service.say(ANNA, id, 'ы'.repeat(10_000));
    const page = { user_id: BORIS, conversation_id: id, limit: 30 };
    const lines = await pages(...Array.from({ length: 20 }, () => page), { ...page, limit: 1 });
    const long = lines.slice(0, 20).filter((line) => line.length > 0);
    expect(long.length).toBeGreaterThan(0);
    expect(long.length).toBeLessThan(20);
    const whole = await plainHistory(service, page);
    for (const line of [...long, ...(await pages(page))]) expect(line).toBe(whole);
    // A short one still fits behind a long one that did not.
    expect(lines[20]).toBe(await plainHistory(service, { ...page, limit: 1 }));
  });

  test('a list goes on behind the cursor, also among activities within one millisecond', async () => {
    const conversations = [];
    for (let index = 0; index < 12; index += 1) conversations.push(await service.conversation([81, 82]));
    await service.send(...conversations.map(({ id }) => ({ sender_id: 82, conversation_id: id, content: 'x' })));
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: SummaryPage = await service.summaries({ user_id: 81, limit: 5 }, cursor);
      seen.push(...page.summaries.map((summary) => summary.conversation_id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    const { summaries } = await service.summaries({ user_id: 81, limit: 50 });
    expect(seen).toEqual(summaries.map((summary) => summary.conversation_id));
    expect(seen.toSorted((a, b) => a - b)).toEqual(conversations.map(({ id }) => id));
    const beyond = { user_id: 81, limit: 5, behind: { activity: 1_000_000, id: 1 } };
    expect(await lists(beyond)).toEqual(['{"summaries":[],"next_cursor":null}']);
  });
});
