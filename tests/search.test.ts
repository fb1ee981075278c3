import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RestReply, type System, startSystem, until } from '@vestnik/testing';
import pg from 'pg';

type Rest = (method: string, path: string, body?: unknown) => Promise<RestReply>;

let system: System;
beforeAll(async () => {
  system = await startSystem({
    separateProcesses: ['messages'],
    instances: { gateway: 2, messages: 2 },
    settings: { LIMIT_REQUESTS_PER_SECOND: '0' },
  });
});
afterAll(() => system.stop());

let lastUser = 100;
const newUser = () => (lastUser += 1);

async function contentsOf(rest: Rest, q: string): Promise<string[]> {
  const { status, data } = await rest('GET', `/search?q=${encodeURIComponent(q)}&limit=100`);
  expect(status).toBe(200);
  return data.messages.map(({ content }: { content: string }) => content);
}

async function group(rest: Rest, participantIds: number[]): Promise<number> {
  const { data } = await rest('POST', '/conversations', { type: 'group', name: 'search', participantIds });
  return data.conversation.id;
}

async function say(rest: Rest, conversationId: number, content: string): Promise<number> {
  const { status, data } = await rest('POST', `/conversations/${conversationId}/messages`, { content });
  expect(status).toBe(201);
  return data.message.id;
}

test('a search shows what its user may see at that moment, after every change of membership, edit and deletion', async () => {
  const [owner, member, guest] = [newUser(), newUser(), newUser()];
  const [asOwner, asMember, asGuest] = await Promise.all([
    system.rest(owner, 0),
    system.rest(member, 1),
    system.rest(guest, 0),
  ]);
  const id = await group(asOwner, [member]);
  const [first, second] = [
    await say(asOwner, id, 'первый жирафовый отчёт'),
    await say(asMember, id, 'второй жирафовый отчёт'),
  ];
  const seen = async () => ({
    owner: await contentsOf(asOwner, 'жирафовые'),
    member: await contentsOf(asMember, 'жирафовые'),
    guest: await contentsOf(asGuest, 'жирафовые'),
  });
  const both = ['второй жирафовый отчёт', 'первый жирафовый отчёт'];
  const people = `/conversations/${id}/participants`;
  const steps: [
    what: string,
    change: () => Promise<RestReply>,
    expected: { owner: string[]; member: string[]; guest: string[] },
  ][] = [
    [
      'a guest is added',
      () => asOwner('POST', people, { participantIds: [guest] }),
      { owner: both, member: both, guest: both },
    ],
    ['a guest leaves', () => asGuest('DELETE', `${people}/${guest}`), { owner: both, member: both, guest: [] }],
    [
      'a guest is added again',
      () => asOwner('POST', people, { participantIds: [guest] }),
      { owner: both, member: both, guest: both },
    ],
    ['a member is removed', () => asOwner('DELETE', `${people}/${member}`), { owner: both, member: [], guest: both }],
    [
      'a message of a removed member stays, and one is edited',
      () => asOwner('PATCH', `/messages/${first}`, { content: 'первый слоновый отчёт' }),
      { owner: both.slice(0, 1), member: [], guest: both.slice(0, 1) },
    ],
    [
      'the word is edited into it again',
      () => asOwner('PATCH', `/messages/${first}`, { content: 'первый снова жирафовый' }),
      {
        owner: ['второй жирафовый отчёт', 'первый снова жирафовый'],
        member: [],
        guest: ['второй жирафовый отчёт', 'первый снова жирафовый'],
      },
    ],
    [
      'a member is added again',
      () => asOwner('POST', people, { participantIds: [member] }),
      {
        owner: ['второй жирафовый отчёт', 'первый снова жирафовый'],
        member: ['второй жирафовый отчёт', 'первый снова жирафовый'],
        guest: ['второй жирафовый отчёт', 'первый снова жирафовый'],
      },
    ],
    [
      'a message is deleted',
      () => asMember('DELETE', `/messages/${second}`),
      {
        owner: ['первый снова жирафовый'],
        member: ['первый снова жирафовый'],
        guest: ['первый снова жирафовый'],
      },
    ],
    [
      'the owner leaves',
      () => asOwner('DELETE', `${people}/${owner}`),
      {
        owner: [],
        member: ['первый снова жирафовый'],
        guest: ['первый снова жирафовый'],
      },
    ],
  ];
  for (const [what, change, expected] of steps) {
    expect([what, (await change()).status]).toEqual([what, 200]);
    // The contract gives an edit, a leave and a joining a second. A deletion shows at once.
    if (what !== 'a message is deleted')
      await until(what, async () => JSON.stringify(await seen()) === JSON.stringify(expected));
    expect([what, await seen()]).toEqual([what, expected]);
  }
});

test('everything acknowledged is found after all instances of messages were killed before they had indexed it', async () => {
  const owner = newUser();
  const rest = await system.rest(owner, 0);
  const ids = await Promise.all(Array.from({ length: 5 }, () => group(rest, [newUser()])));
  const acknowledged: string[] = [];
  let isSending = true;
  const sent = Promise.all(
    ids.map(async (id, at) => {
      for (let number = 1; isSending; number += 1) {
        const content = `бегемот ${at} ${number}`;
        const { status } = await rest('POST', `/conversations/${id}/messages`, { content });
        if (status === 201) acknowledged.push(content);
      }
    }),
  );
  await until('some are acknowledged', () => acknowledged.length >= 60);
  const dead = await system.kill('messages');
  isSending = false;
  await sent;
  expect(await countBehind(ids)).toBeGreaterThan(0);
  for (const process of dead) await system.startProcess('messages', process);
  const missing = async () => {
    const found = new Set<string>();
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { data } = await rest('GET', `/search?q=${encodeURIComponent('бегемоты')}&limit=100${more}`);
      for (const { content } of data.messages) found.add(content);
      cursor = data.next_cursor;
    } while (cursor !== null);
    return acknowledged.filter((content) => !found.has(content));
  };
  expect(await missing()).toEqual([]);
  await until('all of them are in the index', async () => (await countBehind(ids)) === 0);
  expect(await missing()).toEqual([]);
});

/** Messages of conversations that are not in the index. */
async function countBehind(conversationIds: readonly number[]): Promise<number> {
  const client = new pg.Client({ connectionString: system.servers.adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ behind: string }>(
      `select sum(c.seq - coalesce(p.indexed_seq, 0)) as behind from messages.conversations c
       left join messages.search_positions p on p.conversation_id = c.id where c.id = any ($1::bigint[])`,
      [conversationIds],
    );
    return Number(rows[0]?.behind);
  } finally {
    await client.end();
  }
}
