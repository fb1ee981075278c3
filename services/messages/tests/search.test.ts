import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeSearchCursor, type EndpointInput, messagesEndpoints, type SearchPage } from '@vestnik/contracts';
import { until } from '@vestnik/testing';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const ANNA = 801;
const BORIS = 802;
const VERA = 803;

type Ask = Omit<EndpointInput<typeof messagesEndpoints.searchMessages>, 'user_id' | 'limit'> & { limit?: number };

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
  await service.startInstance();
});
afterAll(() => service.stop());

function search(userId: number, q: string | Ask): Promise<SearchPage> {
  const ask = typeof q === 'string' ? { q } : q;
  return service.bus.request(messagesEndpoints.searchMessages, { user_id: userId, limit: 50, ...ask });
}

const contents = async (userId: number, q: string | Ask) =>
  (await search(userId, q)).messages.map(({ content }) => content);

/** Waits until the index has everything that is stored, and every change. */
async function indexed(): Promise<void> {
  await until('everything stored is in the index', async () => {
    const [row] = await service.sql<{ behind: number }>(
      `select (select count(*) from messages.conversations c
         left join messages.search_positions p on p.conversation_id = c.id where c.seq > coalesce(p.indexed_seq, 0))
       + (select count(*) from messages.search_changes) as behind`,
    );
    return Number(row?.behind) === 0;
  });
}

const edit = (user_id: number, message_id: number, content: string) =>
  service.bus.request(messagesEndpoints.editMessage, { user_id, message_id, content });
const remove = (user_id: number, message_id: number) =>
  service.bus.request(messagesEndpoints.deleteMessage, { user_id, message_id });

test('a search shows only what the user may see at that moment, through every change of membership, edit and deletion', async () => {
  const group = await service.conversation([ANNA, BORIS]);
  const own = await service.conversation([ANNA]);
  const become = (participants: number[], version: number) => service.conversation(participants, version, group.id);
  const first = await service.say(ANNA, group.id, 'квартальный отчёт готов');
  await service.say(ANNA, own.id, 'мой отчёт, никому');
  await indexed();
  expect(await contents(ANNA, 'отчет')).toEqual(['мой отчёт, никому', 'квартальный отчёт готов']);
  expect(await contents(BORIS, 'отчет')).toEqual(['квартальный отчёт готов']);
  expect(await contents(VERA, 'отчет')).toEqual([]);

  await become([ANNA, BORIS, VERA], 2);
  expect(await contents(VERA, 'отчет')).toEqual(['квартальный отчёт готов']);
  await become([ANNA, VERA], 3);
  expect(await contents(BORIS, 'отчет')).toEqual([]);

  await edit(ANNA, first.id, 'годовой баланс готов');
  expect(await contents(VERA, 'отчет')).toEqual([]);
  await indexed();
  expect(await contents(VERA, 'баланс')).toEqual(['годовой баланс готов']);
  expect(await contents(VERA, 'готово')).toEqual(['годовой баланс готов']);

  await remove(ANNA, first.id);
  expect(await contents(VERA, 'баланс')).toEqual([]);
  await become([ANNA, BORIS, VERA], 4);
  expect(await contents(BORIS, 'баланс')).toEqual([]);
  await indexed();
  const words = await service.sql<{ words: string }>(
    'select words from messages.search_tails where conversation_id = $1',
    [group.id],
  );
  expect(words.map((row) => row.words.trim())).toEqual(['']);
});

test('a search finds every message from its acknowledgement on, also before the message is in the index', async () => {
  const user = 807;
  const { id } = await service.conversation([user]);
  for (let number = 1; number <= 20; number += 1) {
    await service.say(user, id, `протокол ${number}`);
    expect(await contents(user, 'протоколы')).toHaveLength(number);
  }
});

test('a search finds messages while they move from the table into tails and blocks, each exactly once', async () => {
  const user = 808;
  const { id } = await service.conversation([user]);
  let stored = 0;
  while (stored < 700) {
    const sends = Array.from({ length: 35 }, (_, n) => ({
      sender_id: user,
      conversation_id: id,
      content: n === 0 ? `сверка ${stored}` : `прочее ${stored} ${n}`,
    }));
    await service.send(...sends);
    stored += sends.length;
    const found = await contents(user, { q: 'сверки', limit: 100 });
    expect(found).toHaveLength(stored / 35);
    expect(new Set(found).size).toBe(found.length);
  }
  await indexed();
  expect(await contents(user, { q: 'сверки', limit: 100 })).toHaveLength(20);
});

test('pages visit every message that fits exactly once, newest first, over blocks and tails of many conversations', async () => {
  const user = 811;
  const groups = await Promise.all([1, 2, 3].map(() => service.conversation([user, BORIS])));
  const expected: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const sends = groups.flatMap(({ id }, index) =>
      Array.from({ length: 10 + 9 * index }, (_, n) => ({
        sender_id: n % 2 ? user : BORIS,
        conversation_id: id,
        content: n % 3 ? `обычный текст ${round} ${n}` : `редкостный жираф ${round} ${n}`,
      })),
    );
    for (const result of await service.send(...sends)) {
      if ('message' in result && result.message.content?.includes('жираф')) expected.push(result.message.id);
    }
  }
  await indexed();
  const blocks = await service.sql('select from messages.search_blocks where conversation_id = any ($1::bigint[])', [
    groups.map(({ id }) => id),
  ]);
  expect(blocks.length).toBeGreaterThan(2);
  const found: number[] = [];
  let cursor: string | null = null;
  do {
    const page: SearchPage = await search(user, {
      q: 'жирафы',
      limit: 7,
      behind: cursor === null ? undefined : decodeSearchCursor(cursor),
    });
    expect(page.messages.length).toBeLessThanOrEqual(7);
    found.push(...page.messages.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(found).toEqual(expected.sort((one, other) => other - one));
});

describe('filters', () => {
  const user = 821;
  const other = 822;
  let group: { id: number };
  let times: string[];

  beforeAll(async () => {
    group = await service.conversation([user, other]);
    const elsewhere = await service.conversation([user, other]);
    const file = (mime_type: string) => ({ url: 'https://files.example/1', name: 'a', mime_type, size: 1 });
    const results = [];
    for (const send of [
      { sender_id: user, content: 'смета один' },
      { sender_id: other, content: 'смета два', attachments: [file('application/pdf')] },
      { sender_id: user, content: 'смета три', attachments: [file('image/png')] },
      { sender_id: other, content: 'смета четыре http://example.com' },
      { sender_id: other, content: 'смета пять', conversation_id: elsewhere.id },
      { sender_id: other, content: 'смета шесть', mentions: [other, user] },
      { sender_id: user, content: 'смета семь', mentions: 'all' as const },
      { sender_id: user, content: 'смета восемь', mentions: [other] },
    ]) {
      results.push(...(await service.send({ conversation_id: group.id, ...send })));
    }
    times = results.map((result) => ('message' in result ? result.message.created_at : ''));
    await indexed();
  });

  test.each<[filter: string, () => Partial<Ask>, numbers: string[]]>([
    [
      'conversation_id',
      () => ({ conversation_id: group.id }),
      ['восемь', 'семь', 'шесть', 'четыре', 'три', 'два', 'один'],
    ],
    ['mentions', () => ({ mentions: user }), ['семь', 'шесть']],
    ['mentions and sender_id', () => ({ mentions: other, sender_id: user }), ['восемь', 'семь']],
    ['sender_id', () => ({ sender_id: user }), ['восемь', 'семь', 'три', 'один']],
    ['has file', () => ({ has: 'file' }), ['два']],
    ['has image', () => ({ has: 'image' }), ['три']],
    ['has link', () => ({ has: 'link' }), ['четыре']],
    ['since, inclusive', () => ({ since: times[3] }), ['восемь', 'семь', 'шесть', 'пять', 'четыре']],
    ['until, exclusive', () => ({ until: times[1] }), ['один']],
    ['since and until', () => ({ since: times[1], until: times[3] }), ['три', 'два']],
  ])('%s', async (_, filter, numbers) => {
    const found = await contents(user, { q: 'смета', ...filter() });
    expect(found.map((content) => content?.split(' ')[1])).toEqual(numbers);
  });
});

test('what differs by one letter is found when nothing fits the whole query, page after page', async () => {
  const user = 831;
  const { id } = await service.conversation([user]);
  for (const text of ['накладная один', 'накладные два', 'накладной три']) await service.say(user, id, text);
  await indexed();
  const first = await search(user, { q: 'наклодная', limit: 2 });
  expect(first.messages.map(({ content }) => content)).toEqual(['накладной три', 'накладные два']);
  const behind = decodeSearchCursor(first.next_cursor ?? '');
  expect(await contents(user, { q: 'наклодная', behind })).toEqual(['накладная один']);
  await service.say(user, id, 'наклодная');
  await indexed();
  expect(await contents(user, 'наклодная')).toEqual(['наклодная']);
});

test('highlights have a key for every message, in UTF-16 units of its content', async () => {
  const user = 841;
  const { id } = await service.conversation([user]);
  const message = await service.say(user, id, '😀 Straße и ещё страусы');
  await indexed();
  expect((await search(user, 'strasse еще страус')).highlights).toEqual({
    [message.id]: [
      [3, 6],
      [12, 3],
      [16, 7],
    ],
  });
});

describe('the walk over the index', () => {
  const user = 851;
  const rebuild = (start: boolean) => service.bus.request(messagesEndpoints.rebuildSearchIndex, { start });
  const finished = () => until('the walk has ended', async () => (await rebuild(false)).is_finished);
  const inIndex = async (id: number) =>
    (
      await service.sql<{ first_seq: string; last_seq: string }>(
        `select first_seq, last_seq from messages.search_blocks where conversation_id = $1
         union all select first_seq, last_seq from messages.search_tails where conversation_id = $1 order by 1`,
        [id],
      )
    ).map(({ first_seq, last_seq }) => [Number(first_seq), Number(last_seq)]);

  test('a rebuild makes the index from the messages, however damaged it is, and leaves no gap and no overlap', async () => {
    const { id } = await service.conversation([user]);
    const sends = Array.from({ length: 1_500 }, (_, index) => ({
      sender_id: user,
      conversation_id: id,
      content: index % 500 ? `обычное слово ${index}` : 'редкое слово бегемот',
    }));
    for (let at = 0; at < sends.length; at += 100) await service.send(...sends.slice(at, at + 100));
    await indexed();
    const before = await contents(user, 'бегемоты');
    expect(before).toHaveLength(3);
    await service.sql('update messages.search_blocks set trigrams = $2 where conversation_id = $1', [id, []]);
    await service.sql('delete from messages.search_blocks where conversation_id = $1 and first_seq > 600', [id]);
    await service.sql('delete from messages.search_tails where conversation_id = $1', [id]);
    expect(await contents(user, 'бегемоты')).toEqual([]);
    await finished();
    await rebuild(true);
    await finished();
    expect(await contents(user, 'бегемоты')).toEqual(before);
    let end = 0;
    for (const [first, last] of await inIndex(id)) {
      expect(first).toBe(end + 1);
      end = last as number;
    }
    expect(end).toBe(1_500);
  });

  test('messages that waited for the index in a process that died come there by the next start of an instance', async () => {
    const { id } = await service.conversation([user]);
    await service.say(user, id, 'забытый носорог');
    await indexed();
    await finished();
    await service.sql('delete from messages.search_positions where conversation_id = $1', [id]);
    await service.sql('delete from messages.search_tails where conversation_id = $1', [id]);
    expect(await contents(user, 'носороги')).toEqual(['забытый носорог']);
    await service.startInstance();
    await until('the walk has brought it', async () => (await inIndex(id)).length === 1);
    expect(await contents(user, 'носороги')).toEqual(['забытый носорог']);
  });
});

test('a query without a word that is needed is invalid', async () => {
  await expect(search(ANNA, '-отчет !?')).rejects.toMatchObject({ code: 'invalid' });
});
