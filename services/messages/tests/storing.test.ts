import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeLive, liveSubjects, messagesEndpoints, SENDS_AT_ONCE } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import fc from 'fast-check';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
  await service.startInstance();
});
afterAll(() => service.stop());

const history = async (userId: number, conversationId: number) =>
  (
    await service.history({
      user_id: userId,
      conversation_id: conversationId,
      limit: 100,
      after_seq: 0,
    })
  ).messages;

/** The one number that a query asked as superuser answers. */
async function count(text: string, values: unknown[] = []): Promise<number> {
  const [row] = await service.sql<{ count: string }>(text, values);
  return Number(row?.count);
}

const outboxEmpty = () =>
  until('the outbox is empty', async () => (await count('select count(*) from messages.outbox')) === 0);

describe('storing messages, with two instances of the service', () => {
  test('seq counts 1, 2, 3 … without gaps under concurrent sends, and everybody sees the same', async () => {
    const { id } = await service.conversation([1, 2, 3]);
    await Promise.all(Array.from({ length: 60 }, (_, index) => service.say((index % 3) + 1, id, `message ${index}`)));
    const seen = await Promise.all([1, 2, 3].map((user) => history(user, id)));
    expect(seen[0]?.map((message) => message.seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(new Set(seen[0]?.map((message) => message.content)).size).toBe(60);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('sends of one request are stored in their order', async () => {
    const { id } = await service.conversation([1, 2]);
    await service.send(
      ...Array.from({ length: 200 }, (_, index) => ({ sender_id: 1, conversation_id: id, content: String(index) })),
    );
    const found = await history(2, id);
    expect(found.map((message) => message.content)).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  });

  test('as many sends as one request may carry are stored, each with its result', async () => {
    const { id } = await service.conversation([1, 2]);
    const sends = Array.from({ length: SENDS_AT_ONCE }, (_, index) => ({
      sender_id: 1,
      conversation_id: id,
      content: String(index),
    }));
    const results = await service.send(...sends);
    expect(results.map((result) => 'message' in result && result.message.content)).toEqual(
      sends.map(({ content }) => content),
    );
  });

  test('concurrent sends share commits', async () => {
    const { id } = await service.conversation([1, 2]);
    await Promise.all(Array.from({ length: 400 }, () => service.say(1, id, 'together')));
    const commits = count('select count(distinct xmin::text) from messages.messages where conversation_id = $1', [id]);
    expect(await commits).toBeLessThan(200);
  });

  test('a client message id is stored once, also when sent at once to both instances, with whatever content', async () => {
    const { id } = await service.conversation([1, 2]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        service.send({ sender_id: 1, conversation_id: id, client_message_id: 'once', content: `try ${index}` }),
      ),
    );
    const messages = results.flat().map((result) => ('message' in result ? result : undefined));
    expect(new Set(messages.map((result) => result?.message.id)).size).toBe(1);
    expect(messages.filter((result) => result?.created)).toHaveLength(1);
    expect(await history(2, id)).toHaveLength(1);
  });

  test('a client message id twice in one request is stored once and answered twice', async () => {
    const { id } = await service.conversation([1, 2]);
    const send = { sender_id: 1, conversation_id: id, client_message_id: 'twice' };
    const [first, second] = await service.send(send, send);
    expect(first).toMatchObject({ created: true });
    expect(second).toMatchObject({ created: false, message: first && 'message' in first ? first.message : {} });
  });

  test('a client message id used in another conversation is a conflict; of another sender it is not', async () => {
    const one = await service.conversation([1, 2]);
    const two = await service.conversation([1, 2]);
    await service.send({ sender_id: 1, conversation_id: one.id, client_message_id: 'mine' });
    const [again] = await service.send({ sender_id: 1, conversation_id: two.id, client_message_id: 'mine' });
    expect(again).toMatchObject({ error: { code: 'conflict' } });
    const [other] = await service.send({ sender_id: 2, conversation_id: two.id, client_message_id: 'mine' });
    expect(other).toMatchObject({ created: true });
  });

  test('a refused send does not touch the others of its request', async () => {
    const open = await service.conversation([1, 2]);
    const reply = await service.say(1, open.id, 'first');
    const closed = await service.conversation([8, 9]);
    const hidden = await service.say(8, closed.id, 'hidden');
    const elsewhere = await service.say(1, (await service.conversation([1, 2])).id, 'elsewhere');
    const results = await service.send(
      { sender_id: 1, conversation_id: open.id, content: 'a' },
      { sender_id: 1, conversation_id: open.id, content: 'b', reply_to_id: reply.id },
      { sender_id: 1, conversation_id: open.id, content: 'c', reply_to_id: hidden.id },
      { sender_id: 1, conversation_id: open.id, content: 'd', reply_to_id: elsewhere.id },
      { sender_id: 1, conversation_id: open.id, content: 'e' },
    );
    expect(results.map((result) => ('error' in result ? result.error.code : result.message.seq))).toEqual([
      2,
      3,
      'forbidden',
      'invalid',
      4,
    ]);
  });

  test.each([
    ['alone', 1],
    ['with others', 3],
  ])(
    'a send that comes while its conversation becomes known is stored or refused, nothing else: %s',
    async (_, together) => {
      for (let id = 600_000 + together * 1_000, last = id + 150; id < last; id += 1) {
        const send = { sender_id: 1, conversation_id: id, content: 'early' };
        const sending = async () => service.send(...Array.from({ length: together }, () => send));
        const [, ...answers] = await Promise.all([
          service.conversation([1, 2], 1, id),
          sending(),
          sending(),
          sending(),
        ]);
        // Nobody is here to be asked about conversations.
        const refusals = answers.flat().flatMap((result) => ('error' in result ? [result.error.code] : []));
        expect(refusals.filter((code) => code !== 'unavailable')).toEqual([]);
        const stored = answers.flat().flatMap((result) => ('message' in result ? [result.message.seq] : []));
        expect(stored.sort((a, b) => a - b)).toEqual(stored.map((__, index) => index + 1));
      }
    },
  );

  test('a client message id sent at once in two conversations is stored in one and a conflict in the other', async () => {
    const ids = [(await service.conversation([1, 2])).id, (await service.conversation([1, 2])).id];
    for (let round = 0; round < 50; round += 1) {
      const answers = await Promise.all(
        ids.map((conversation_id) =>
          service.send({ sender_id: 1, conversation_id, client_message_id: `elsewhere ${round}` }),
        ),
      );
      const outcomes = answers.flat().map((result) => ('error' in result ? result.error.code : 'stored'));
      expect(outcomes.toSorted()).toEqual(['conflict', 'stored']);
    }
  });

  test('what was stored is told live in order, and in the durable stream once', async () => {
    const { id } = await service.conversation([1, 2]);
    const seqs: number[] = [];
    const unsubscribe = service.bus.subscribe(liveSubjects.newMessage(id), (payload, subject) => {
      const { header, frames } = decodeLive(payload, subject);
      frames.forEach((frame, index) => {
        const { data } = JSON.parse(Buffer.from(frame).toString());
        expect(data.message.seq).toBe((header.first_seq ?? 0) + index);
        seqs.push(data.message.seq);
      });
    });
    await service.bus.flush();
    await Promise.all(Array.from({ length: 30 }, () => service.say(1, id, 'live')));
    await until('all were told', () => seqs.length === 30);
    unsubscribe();
    expect(new Set(seqs).size).toBe(30);

    await outboxEmpty();
    const consumer = await service.bus.streams.consumers.get('MESSAGES');
    const durable: number[] = [];
    for (let pending = 1; pending > 0; ) {
      const message = await consumer.next({ expires: 5_000 });
      if (!message) break;
      pending = message.info.pending;
      const { messages } = message.json<{ messages: { conversation_id: number; seq: number }[] }>();
      durable.push(...messages.filter((entry) => entry.conversation_id === id).map((entry) => entry.seq));
    }
    expect(durable.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  test('what was left behind is told live too, once and in order, also behind news of what was erased since', async () => {
    const { id } = await service.conversation([1, 2]);
    for (const text of ['one', 'two', 'three', 'four']) await service.say(1, id, text);
    await outboxEmpty();
    const seqs: number[] = [];
    service.bus.subscribe(liveSubjects.newMessage(id), (payload, subject) => {
      for (const frame of decodeLive(payload, subject).frames) {
        seqs.push(JSON.parse(Buffer.from(frame).toString()).data.message.seq);
      }
    });
    await service.bus.flush();
    const stored = (first_seq: number, last_seq: number) => ({
      stretches: [{ conversation_id: id, first_seq, last_seq }],
    });
    const rows = [{ changed: { message_id: 999_999_999, what: 'content' } }, stored(1, 1), stored(2, 4)];
    await service.sql(
      `insert into messages.outbox (payload, created_at) select value, now() - interval '10 s'
       from json_array_elements($1)`,
      [JSON.stringify(rows)],
    );
    await outboxEmpty();
    await service.bus.flush();
    expect(seqs).toEqual([1, 2, 3, 4]);
  });

  test('read_at is the moment when the first other participant had read it, by marker or by answering', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            user: fc.integer({ min: 1, max: 3 }),
            act: fc.constantFrom('send' as const, 'read' as const, 'automatic' as const, 'together' as const),
            other: fc.integer({ min: 1, max: 3 }),
            seq: fc.integer({ min: 1, max: 12 }),
          }),
          { minLength: 1, maxLength: 14 },
        ),
        async (acts) => {
          const { id } = await service.conversation([1, 2, 3]);
          const senders: number[] = [];
          const markers = new Map([1, 2, 3].map((user) => [user, 0]));
          const unread = () =>
            senders.map((sender, index) =>
              [1, 2, 3].every((user) => user === sender || (markers.get(user) ?? 0) < index + 1),
            );
          let before: (string | null)[] = [];
          for (const { user, act, other, seq } of acts) {
            if (act !== 'read') {
              // Sends of one request share a transaction, as concurrent sends do. Those of different users come in any order.
              const of = act === 'together' ? [user, other, user] : [user];
              const marks_read = act !== 'automatic';
              const sent = await service.send(
                ...of.map((sender_id) => ({ sender_id, conversation_id: id, marks_read })),
              );
              for (const result of sent) {
                if ('error' in result) throw new Error(`not stored: ${JSON.stringify(result)}`);
                const { sender_id, seq: at } = result.message;
                senders[at - 1] = sender_id;
                if (marks_read) markers.set(sender_id, Math.max(at, markers.get(sender_id) ?? 0));
              }
            } else {
              const { up_to_seq } = await service.bus.request(messagesEndpoints.markRead, {
                user_id: user,
                conversation_id: id,
                up_to_seq: seq,
              });
              markers.set(user, Math.max(markers.get(user) ?? 0, Math.min(seq, senders.length)));
              expect(up_to_seq).toBe(markers.get(user));
            }
            const shown = await history(1, id);
            expect(shown.map((message) => message.read_at === null)).toEqual(unread());
            const times = shown.map((message) => message.read_at);
            expect(before.map((time, index) => time ?? times[index])).toEqual(times.slice(0, before.length));
            before = times;
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
