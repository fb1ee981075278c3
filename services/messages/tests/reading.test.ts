import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeLive, liveSubjects, messagesEndpoints, type SummaryPage } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import fc from 'fast-check';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

const markRead = (userId: number, conversationId: number, upToSeq: number) =>
  service.bus.request(messagesEndpoints.markRead, {
    user_id: userId,
    conversation_id: conversationId,
    up_to_seq: upToSeq,
  });

describe('reading', () => {
  test('unread is what others wrote behind the own marker; sending moves it; tombstones do not count', async () => {
    const { id } = await service.conversation([11, 12]);
    const first = await service.say(11, id, 'one');
    await service.say(11, id, 'two');
    expect([await service.unread(11), await service.unread(12)]).toEqual([0, 2]);
    await service.bus.request(messagesEndpoints.deleteMessage, { user_id: 11, message_id: first.id });
    expect(await service.unread(12)).toBe(1);
    await service.say(12, id, 'three');
    expect([await service.unread(11), await service.unread(12)]).toEqual([1, 0]);
  });

  test('unread never drifts: any mix of sends, reads, deletions, leaves and re-joins counts as a model does', async () => {
    const act = fc.record({
      kind: fc.constantFrom(
        'send' as const,
        'automatic' as const,
        'read' as const,
        'delete' as const,
        'toggle' as const,
      ),
      mentioned: fc.option(fc.integer({ min: 101, max: 103 })),
      user: fc.integer({ min: 101, max: 103 }),
      seq: fc.integer({ min: 1, max: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 16 }), async (acts) => {
        const { id } = await service.conversation([101, 102, 103]);
        const messages: { id: number; sender: number; deleted: boolean; mentioned: number | null }[] = [];
        const markers = new Map([101, 102, 103].map((user) => [user, 0]));
        let version = 1;
        for (const { kind, user, seq, mentioned: wanted } of acts) {
          const inside = markers.has(user);
          const target = messages[seq - 1];
          if ((kind === 'send' || kind === 'automatic') && inside) {
            const mentioned = wanted !== null && markers.has(wanted) ? wanted : null;
            const [result] = await service.send({
              sender_id: user,
              conversation_id: id,
              marks_read: kind === 'send',
              mentions: mentioned === null ? [] : mentioned === 103 ? 'all' : [mentioned],
            });
            if (!result || 'error' in result) throw new Error('not stored');
            messages.push({ id: result.message.id, sender: user, deleted: false, mentioned });
            if (kind === 'send') markers.set(user, messages.length);
          } else if (kind === 'read' && inside) {
            await markRead(user, id, seq);
            markers.set(user, Math.max(markers.get(user) ?? 0, Math.min(seq, messages.length)));
          } else if (kind === 'delete' && target && markers.has(target.sender)) {
            await service.bus.request(messagesEndpoints.deleteMessage, {
              user_id: target.sender,
              message_id: target.id,
            });
            target.deleted = true;
          } else if (kind === 'toggle') {
            if (inside) markers.delete(user);
            else markers.set(user, messages.length);
            await service.conversation([...markers.keys()], (version += 1), id);
          }
          for (const [member, marker] of markers) {
            const { summaries } = await service.summaries({
              user_id: member,
              limit: 1,
              conversation_id: id,
            });
            const unread = messages.filter(
              ({ sender, deleted }, index) => index + 1 > marker && !deleted && sender !== member,
            );
            const mentions = unread.filter(({ mentioned }) => mentioned === 103 || mentioned === member);
            expect(summaries[0]).toMatchObject({ unread_count: unread.length, mention_count: mentions.length });
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('a marker never moves back and never past the newest message', async () => {
    const { id } = await service.conversation([21, 22]);
    for (const text of ['a', 'b', 'c']) await service.say(21, id, text);
    expect(await markRead(22, id, 2)).toMatchObject({ up_to_seq: 2, unread_count: 1 });
    expect(await markRead(22, id, 1)).toMatchObject({ up_to_seq: 2, unread_count: 1 });
    expect(await markRead(22, id, 99)).toMatchObject({ up_to_seq: 3, unread_count: 0 });
    expect(await markRead(22, id, 0)).toMatchObject({ up_to_seq: 3, unread_count: 0 });
  });

  test('a marker never moves back, also when two marks overlap', async () => {
    const { id } = await service.conversation([21, 22]);
    await service.send(...Array.from({ length: 10 }, () => ({ sender_id: 21, conversation_id: id })));
    const answer = await service.overtake(
      'select from messages.members where conversation_id = $1 and user_id = 22 for update',
      [id],
      () => markRead(22, id, 5),
      ['update messages.members set read_seq = 8 where conversation_id = $1 and user_id = 22'],
    );
    expect(answer).toEqual({ up_to_seq: 8, read_at: expect.any(String), unread_count: 2 });
    expect(await markRead(22, id, 0)).toMatchObject({ up_to_seq: 8, unread_count: 2 });
  });

  test.each([5, 8])('read_at stays the first moment, also when two marks overlap: up to 5 and %s', async (other) => {
    const { id } = await service.conversation([23, 24]);
    await service.send(...Array.from({ length: 10 }, () => ({ sender_id: 23, conversation_id: id })));
    const at = '2026-01-31T12:00:00.000Z';
    const answer = await service.overtake(
      'select from messages.conversations where id = $1 for update',
      [id],
      () => markRead(24, id, 5),
      [
        `update messages.conversations set first_read_seq = ${other} where id = $1`,
        `insert into messages.first_reads values ($1, ${other}, '${at}')`,
      ],
    );
    expect(answer).toEqual({ up_to_seq: 5, read_at: at, unread_count: 5 });
    const page = { user_id: 23, conversation_id: id, limit: 10, after_seq: 0 };
    const { messages } = await service.history(page);
    expect(messages.map(({ read_at }) => read_at)).toEqual(messages.map(({ seq }) => (seq <= other ? at : null)));
  });

  test('marking by message ids moves to the furthest and is told with the ids as given; foreign ids are forbidden', async () => {
    const { id } = await service.conversation([31, 32]);
    const other = await service.conversation([31, 32]);
    const messages = [await service.say(31, id, 'a'), await service.say(31, id, 'b'), await service.say(31, id, 'c')];
    const foreign = await service.say(31, other.id, 'x');
    const told: unknown[] = [];
    service.bus.subscribe(liveSubjects.messagesRead(id), (payload, subject) => {
      const { header, frames } = decodeLive(payload, subject);
      told.push({ header, frame: JSON.parse(Buffer.from(frames[0] as Uint8Array).toString()) });
    });
    await service.bus.flush();
    const ids = [messages[1]?.id, messages[0]?.id] as number[];
    const read = (message_ids: number[]) =>
      service.bus.request(messagesEndpoints.markRead, {
        user_id: 32,
        conversation_id: id,
        message_ids,
        session_id: 'phone',
      });
    await expect(read([...ids, foreign.id])).rejects.toMatchObject({ code: 'forbidden' });
    await expect(read([...ids, 999_999_999])).rejects.toMatchObject({ code: 'forbidden' });
    expect(await read(ids)).toEqual({ up_to_seq: 2, read_at: expect.any(String), unread_count: 1 });
    await until('it is told', () => told.length > 0);
    expect(told).toEqual([
      {
        header: { except_session_id: 'phone' },
        frame: {
          event: 'messages_read',
          data: { conversation_id: id, user_id: 32, message_ids: ids, up_to_seq: 2, read_at: expect.any(String) },
        },
      },
    ]);
  });

  test('history pages visit every message exactly once, whatever the page size and direction', async () => {
    const { id } = await service.conversation([41, 42]);
    await service.send(...Array.from({ length: 37 }, () => ({ sender_id: 41, conversation_id: id })));
    const page = (place: object, limit: number) =>
      service.history({ user_id: 42, conversation_id: id, limit, ...place });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('before', 'after', 'offset'),
        async (limit, way) => {
          const seqs: number[] = [];
          for (let more = true; more; ) {
            const last = seqs.at(-1);
            const place =
              way === 'offset'
                ? { offset: seqs.length }
                : last === undefined && way === 'before'
                  ? {}
                  : { [`${way}_seq`]: last ?? 0 };
            const { messages, next_cursor } = await page(place, limit);
            seqs.push(...messages.map((message) => message.seq));
            more = next_cursor !== null;
          }
          const expected = Array.from({ length: 37 }, (_, index) => index + 1);
          expect(seqs).toEqual(way === 'after' ? expected : expected.reverse());
        },
      ),
      { numRuns: 20 },
    );
  });

  test('sync brings exactly what is missing, by pages', async () => {
    const one = await service.conversation([51, 52]);
    const two = await service.conversation([51, 52]);
    await service.send(...Array.from({ length: 130 }, () => ({ sender_id: 51, conversation_id: one.id })));
    await service.say(51, two.id, 'x');
    const sync = async (conversations: { id: number; after_seq: number }[]) =>
      (await service.bus.request(messagesEndpoints.syncConversations, { user_id: 52, conversations })).conversations;
    const [first, second] = await sync([
      { id: one.id, after_seq: 5 },
      { id: two.id, after_seq: 1 },
    ]);
    expect(second).toEqual({ id: two.id, messages: [], has_more: false });
    if (!first || 'error' in first) throw new Error('visible');
    expect(first.messages.map((message) => message.seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 6));
    expect(first.has_more).toBe(true);
    const [rest] = await sync([{ id: one.id, after_seq: 105 }]);
    expect(rest).toMatchObject({ has_more: false });
    // Named several times, each time it is answered as if it had been named alone.
    const again = await sync([3, 128, 3].map((after_seq) => ({ id: one.id, after_seq })));
    expect(again.map((page) => 'messages' in page && page.messages.map((message) => message.seq))).toEqual([
      Array.from({ length: 100 }, (_, index) => index + 4),
      [129, 130],
      Array.from({ length: 100 }, (_, index) => index + 4),
    ]);
  });

  test('a conversation list is sorted by newest activity and shows edits and deletions', async () => {
    const conversations = await Promise.all([1, 2, 3, 4, 5].map(() => service.conversation([61, 62])));
    const order = [2, 0, 4, 1];
    let last = await service.say(61, conversations[3]?.id as number, 'early');
    for (const index of order) last = await service.say(61, conversations[index]?.id as number, `to ${index}`);
    const list = async () => {
      const ids: number[] = [];
      let cursor: string | null = null;
      do {
        const page: SummaryPage = await service.summaries({ user_id: 62, limit: 2 }, cursor);
        ids.push(...page.summaries.map((summary) => summary.conversation_id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      return ids;
    };
    expect(await list()).toEqual([...order.reverse(), 3].map((index) => conversations[index]?.id));
    const newest = async () => (await service.summaries({ user_id: 62, limit: 1 })).summaries[0];
    await service.bus.request(messagesEndpoints.editMessage, { user_id: 61, message_id: last.id, content: 'edited' });
    expect(await newest()).toMatchObject({ last_message_id: last.id, last_message_content: 'edited' });
    await service.bus.request(messagesEndpoints.deleteMessage, { user_id: 61, message_id: last.id });
    expect(await newest()).toMatchObject({ last_message_id: last.id, last_message_content: null });
  });

  test('an added user sees the whole history and starts with nothing unread; a user who left sees nothing', async () => {
    const { id } = await service.conversation([71, 72]);
    await service.say(71, id, 'before');
    await service.conversation([71, 73], 2, id);
    expect(await service.unread(73)).toBe(0);
    const history = (user_id: number) => service.history({ user_id, conversation_id: id, limit: 10 });
    expect((await history(73)).messages).toHaveLength(1);
    await service.say(71, id, 'after');
    expect(await service.unread(73)).toBe(1);
    const [refused] = await service.send({ sender_id: 72, conversation_id: id });
    expect(refused).toMatchObject({ error: { code: expect.stringMatching(/forbidden|unavailable/) } });
    await service.conversation([71, 72], 1, id);
    expect((await history(73)).messages).toHaveLength(2);
  });

  test('only its sender edits or deletes a message, everybody in the conversation reacts', async () => {
    const { id } = await service.conversation([81, 82]);
    const message = await service.say(81, id, 'mine');
    const edit = (user_id: number) =>
      service.bus.request(messagesEndpoints.editMessage, { user_id, message_id: message.id, content: 'changed' });
    await expect(edit(82)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(edit(83)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await edit(81)).message).toMatchObject({ content: 'changed', edited_at: expect.any(String) });
    const react = (user_id: number, emoji: string, present = true) =>
      service.bus.request(messagesEndpoints.setReaction, { user_id, message_id: message.id, emoji, present });
    await react(82, '👍');
    await react(81, '🎉');
    await react(81, '👍');
    expect((await react(81, '👍')).reactions).toEqual([
      { emoji: '👍', user_ids: [82, 81] },
      { emoji: '🎉', user_ids: [81] },
    ]);
    expect((await react(82, '👍', false)).reactions).toEqual([
      { emoji: '🎉', user_ids: [81] },
      { emoji: '👍', user_ids: [81] },
    ]);
    await expect(react(83, '👍')).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a message takes 50 different reactions and no more, however many come at once', async () => {
    const { id } = await service.conversation([91, 92]);
    const { id: message_id } = await service.say(91, id, 'popular');
    const react = (emoji: string) =>
      service.bus.request(messagesEndpoints.setReaction, { user_id: 92, message_id, emoji, present: true });
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => react(`:${index}:`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    await expect(react('one more')).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a reading', () => {
  test('of a second reader has the time of the first, and a late joiner is the first reader where nobody was', async () => {
    const group = await service.conversation([91, 92, 93]);
    await service.say(91, group.id, 'a');
    const first = await markRead(92, group.id, 1);
    expect(first.read_at).toEqual(expect.any(String));
    expect((await markRead(93, group.id, 1)).read_at).toBe(first.read_at);
    await service.say(91, group.id, 'b');
    expect((await markRead(91, group.id, 2)).read_at).toBeNull();
    await service.bus.request(messagesEndpoints.applyConversation, {
      conversation: { ...group, version: group.version + 1, participants: [91, 92, 93, 94] },
    });
    const late = await markRead(94, group.id, 2);
    expect(late).toMatchObject({ up_to_seq: 2, read_at: expect.any(String), unread_count: 0 });
    expect(await markRead(94, group.id, 2)).toEqual(late);
    const shown = await service.bus.requestLines(messagesEndpoints.readHistory, {
      asks: [{ user_id: 91, conversation_id: group.id, limit: 2 }],
    });
    const { messages } = JSON.parse(String(shown[0]));
    expect(messages.map((message: { read_at: string }) => message.read_at)).toEqual([late.read_at, first.read_at]);
  });
});
