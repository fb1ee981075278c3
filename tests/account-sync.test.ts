import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import {
  type Account,
  createAccount,
  restClient,
  runSql,
  SECRET,
  type System,
  startSystem,
  until,
} from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    instances: { gateway: 2 },
    settings: { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' },
  });
});
afterAll(() => system.stop());

/** The company of the users. */
const COMPANY = 1;

let lastUser = 100;
const newUser = () => (lastUser += 1);

/** Asks `GET /changes` until there is no more. Returns the answers. */
async function syncAll(userId: number, account: Account, query: Record<string, number> = {}, gateway = 0) {
  const call = await system.rest(userId, gateway);
  const answers = [];
  for (let more = true; more; ) {
    const cursor = account.cursor();
    const parameters = new URLSearchParams({ ...(cursor && { cursor }), ...query } as Record<string, string>);
    const { status, data } = await call('GET', `/changes?${parameters.toString()}`);
    expect(status).toBe(200);
    answers.push(data);
    more = account.take(data);
  }
  return answers;
}

/** Waits until a sync has nothing to tell. */
async function untilQuiet(userId: number, account: Account): Promise<void> {
  await until('a sync is empty', async () => {
    const answers = await syncAll(userId, account);
    return answers.every(({ conversations }) => conversations.length === 0);
  });
}

async function group(owner: number, others: number[], message?: string): Promise<number> {
  const call = await system.rest(owner);
  const { data } = await call('POST', '/conversations', { type: 'group', name: 'x', participantIds: others, message });
  return data.conversation.id;
}

async function say(userId: number, conversationId: number, content: string) {
  const call = await system.rest(userId);
  return (await call('POST', `/conversations/${conversationId}/messages`, { content })).data.message;
}

describe('the first answer', () => {
  test('has the whole account over pages of any size, as the list and the histories have it', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const call = await system.rest(anna);
    const ids: number[] = [];
    for (let index = 0; index < 7; index += 1) ids.push(await group(boris, [anna], `hello ${index}`));
    for (let index = 0; index < 5; index += 1) await say(boris, ids[2] ?? 0, `more ${index}`);
    await call('POST', `/conversations/${ids[2]}/read`, { upToSeq: 3 });
    for (const limit of [1, 3, 7, 100]) {
      const account = createAccount();
      const answers = await syncAll(anna, account, { limit, messages_per_conversation: 4 });
      expect(answers.filter(({ conversations }) => conversations.length > limit)).toEqual([]);
      const listed = (await call('GET', '/conversations?limit=100')).data.conversations;
      expect([...account.conversations().values()].map(({ conversation }) => conversation)).toEqual(listed);
      for (const id of ids) {
        const { messages } = (await call('GET', `/conversations/${id}/messages?limit=4`)).data;
        expect([...(account.conversations().get(id)?.messages.values() ?? [])]).toEqual(messages.toReversed());
      }
      const long = answers.flatMap(({ conversations }) => conversations).find(({ id }) => id === ids[2]);
      expect(long).toMatchObject({
        truncated: true,
        reads: [],
        markers: [
          { user_id: anna, read_seq: 3, delivered_seq: 3 },
          { user_id: boris, read_seq: 6, delivered_seq: 6 },
        ],
      });
      const { data } = await call('GET', '/notification-preferences');
      expect(account.preferences()).toEqual(data.preferences);
      expect(answers[0]).toMatchObject({ preferences: data.preferences, reset: false });
      const people = (await call('GET', `/people?ids=${anna},${boris}`)).data.people;
      expect(new Set(answers[0].people)).toEqual(new Set(people));
    }
  });

  test('has a conversation whole that comes to the front of the list while the pages are read', async () => {
    const [anna, boris, clara] = [newUser(), newUser(), newUser()];
    const old = await group(boris, [anna, clara], '1');
    for (let seq = 2; seq <= 4; seq += 1) await say(boris, old, `${seq}`);
    for (let index = 0; index < 3; index += 1) await group(boris, [anna], 'newer');
    const call = await system.rest(anna);
    const [{ cursor }, others] = [(await call('GET', '/changes?limit=1')).data, createAccount()];
    await say(boris, old, '5');
    await syncAll(anna, others);
    const rest = [];
    for (let next = cursor; next; ) {
      const { data } = await call('GET', `/changes?limit=2&cursor=${next}`);
      rest.push(data);
      next = data.has_more ? data.cursor : undefined;
    }
    const due = others.conversations().get(old);
    const entries = rest.flatMap(({ conversations }) => conversations).filter(({ id }) => id === old);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ truncated: false, messages: [...(due?.messages.values() ?? [])] });
    expect(entries[0].messages).toHaveLength(5);
    expect(entries[0].markers.map((marker: { user_id: number }) => marker.user_id)).toEqual([anna, boris, clara]);
    expect(rest.flatMap(({ people }) => people).map(({ id }) => id)).toContain(clara);
  });

  test('of a user without a conversation is empty, and its cursor is good for what comes later', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const account = createAccount();
    expect(await syncAll(anna, account)).toMatchObject([{ has_more: false, conversations: [] }]);
    const id = await group(boris, [anna], 'hello');
    await until('it is told', async () => (await syncAll(anna, account)) && account.conversations().has(id));
  });
});

describe('the differences', () => {
  test('have what changed, as it is now, and nothing once nothing changes', async () => {
    const [anna, boris, clara] = [newUser(), newUser(), newUser()];
    const [calm, busy] = [await group(boris, [anna, clara], 'calm'), await group(boris, [anna, clara], 'first')];
    const second = await say(boris, busy, 'second');
    const account = createAccount();
    await untilQuiet(anna, account);

    const asBoris = await system.rest(boris);
    await asBoris('PATCH', `/messages/${second.id}`, { content: 'second, edited' });
    await asBoris('PUT', `/messages/${second.id}/reactions/${encodeURIComponent('👍')}`);
    await asBoris('PUT', `/messages/${second.id}/pin`);
    await say(boris, busy, 'third');
    await asBoris('PATCH', `/conversations/${busy}`, { name: 'renamed' });
    const asClara = await system.rest(clara);
    await asClara('POST', `/conversations/${busy}/read`, { upToSeq: 2 });
    const [answer] = await syncAll(anna, account);
    expect(answer.conversations).toMatchObject([
      {
        id: busy,
        conversation: { name: 'renamed', unread_count: 3, head_seq: 3 },
        messages: [
          { seq: 2, content: 'second, edited', version: 4, reactions: [{ emoji: '👍', user_ids: [boris] }] },
          { seq: 3, content: 'third' },
        ],
        truncated: false,
        markers: [
          { user_id: boris, read_seq: 3 },
          { user_id: clara, read_seq: 2 },
        ],
        reads: [{ user_id: clara, up_to_seq: 2 }],
      },
    ]);
    await untilQuiet(anna, account);
    await asBoris('DELETE', `/messages/${second.id}`);
    await asBoris('DELETE', `/conversations/${calm}/participants/${anna}`);
    const [later] = await syncAll(anna, account);
    expect(later.conversations).toMatchObject([
      { id: calm, removed: true, version: 2 },
      { id: busy, messages: [{ seq: 2, content: null }], truncated: false, reads: [], markers: [] },
    ]);
    expect(later.preferences).toBeUndefined();
    await untilQuiet(anna, account);
    await asBoris('POST', `/conversations/${calm}/participants`, { participantIds: [anna] });
    const [back] = await syncAll(anna, account);
    expect(back.conversations).toMatchObject([
      {
        id: calm,
        conversation: { version: 3, unread_count: 0 },
        messages: [{ seq: 1, content: 'calm' }],
        truncated: false,
      },
    ]);
    expect(back.conversations[0].markers).toHaveLength(3);
  });

  test('have the newest messages, and say where there were more', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const id = await group(boris, [anna], '1');
    const account = createAccount();
    await untilQuiet(anna, account);
    for (let seq = 2; seq <= 9; seq += 1) await say(boris, id, `${seq}`);
    const [answer] = await syncAll(anna, account, { messages_per_conversation: 3 });
    expect(answer.conversations).toMatchObject([{ truncated: true, messages: [{ seq: 7 }, { seq: 8 }, { seq: 9 }] }]);
    await say(boris, id, '10');
    const [none] = await syncAll(anna, account, { messages_per_conversation: 0 });
    expect(none.conversations).toMatchObject([{ truncated: true, messages: [], conversation: { head_seq: 10 } }]);
  });

  test('have the people who look different, also where nothing else has changed, and whose company does', async () => {
    const [anna, boris, clara, dora] = [newUser(), newUser(), newUser(), newUser()];
    await group(boris, [anna, clara], 'quiet');
    await group(dora, [clara], 'without Anna');
    const account = createAccount();
    await untilQuiet(anna, account);
    const come = async (id: number, claims: object) =>
      restClient(system.restUrl(), signToken(SECRET, { id, companyId: COMPANY, ...claims }, 3_600))(
        'GET',
        '/unread-count',
      );
    const changed = async () => (await syncAll(anna, account)).flatMap(({ people }) => people);
    await Promise.all([come(boris, { name: 'Boris the Second' }), come(dora, { name: 'Dora' })]);
    const [person, ...others] = await until('Boris is told', async () => {
      const people = await changed();
      return people.length > 0 && people;
    });
    expect([person, ...others]).toMatchObject([{ id: boris, name: 'Boris the Second' }]);
    await until('there is nothing more', async () => (await changed()).length === 0);
    await come(clara, { companyName: 'The Same Ltd' });
    const told = new Set<number>();
    await until('all of the company are told', async () => {
      for (const one of await changed()) if (one.company_name === 'The Same Ltd') told.add(one.id);
      return told.size === 3;
    });
  });

  test('have all markers and people of a conversation that is no longer large', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const others = Array.from({ length: 49 }, newUser);
    const id = await group(boris, [anna, ...others], 'hello');
    const account = createAccount();
    await untilQuiet(anna, account);
    expect(account.conversations().get(id)?.markers.has(boris)).toBe(false);
    await (await system.rest(boris))('DELETE', `/conversations/${id}/participants/${others[0]}`);
    const people = new Set<number>();
    await until('the marker of Boris is there', async () => {
      for (const answer of await syncAll(anna, account)) for (const person of answer.people) people.add(person.id);
      return account.conversations().get(id)?.markers.get(boris)?.read_seq === 1;
    });
    expect(people.size).toBe(50);
  });

  test('have the preferences where they changed', async () => {
    const anna = newUser();
    const call = await system.rest(anna);
    const account = createAccount();
    await syncAll(anna, account);
    await call('PUT', '/notification-preferences', { mutedConversationIds: [7] });
    const [answer] = await syncAll(anna, account);
    expect(answer.preferences).toMatchObject({ muted_conversation_ids: [7], version: 1 });
    const [again] = await syncAll(anna, account);
    expect(again.preferences).toBeUndefined();
  });
});

describe('a cursor', () => {
  test('is unknown to every other user, and when it was changed: the answer is a reset', async () => {
    const [anna, boris] = [newUser(), newUser()];
    await group(anna, [boris], 'hello');
    const account = createAccount();
    await syncAll(anna, account);
    const cursor = account.cursor() ?? '';
    const reset = { reset: true, cursor: null, has_more: false, conversations: [], people: [] };
    const asBoris = await system.rest(boris);
    expect((await asBoris('GET', `/changes?cursor=${cursor}`)).data).toEqual(reset);
    const asAnna = await system.rest(anna);
    for (const other of [
      '',
      'x',
      `${cursor}x.y`,
      `x${cursor}`,
      'a.b.c',
      cursor.repeat(20),
      encodeURIComponent('ё.\u0001.б'),
    ]) {
      expect((await asAnna('GET', `/changes?cursor=${other}`)).data).toEqual(reset);
    }
    expect((await asAnna('GET', `/changes?cursor=${cursor}`, undefined)).data).toMatchObject({ reset: false });
  });

  test('is good at every gateway and through every door', async () => {
    const [anna, boris] = [newUser(), newUser()];
    const id = await group(boris, [anna], 'hello');
    const account = createAccount();
    await syncAll(anna, account, {}, 1);
    await say(boris, id, 'more');
    const client = await system.connect(anna);
    const answer = await client.ask('sync', { cursor: account.cursor() });
    expect(answer.conversations).toMatchObject([{ id, messages: [{ seq: 2 }] }]);
    expect(await client.call('sync', { cursor: account.cursor(), conversations: [] })).toMatchObject({
      error: { code: 'bad_request' },
    });
    for (const data of [{ limit: 0 }, { messagesPerConversation: -1 }, { limit: '5' }, { cursor: null }]) {
      expect(await client.call('sync', data)).toMatchObject({ error: { code: 'bad_request' } });
    }
    expect(await client.call('sync', { limit: 1_000, messagesPerConversation: 1_000 })).toMatchObject({ ok: true });
    const asBoris = await system.rest(boris);
    await until('the messages count as delivered', async () => {
      const { members } = (await asBoris('GET', `/conversations/${id}/members`)).data;
      return members.find((member: { user_id: number }) => member.user_id === anna).delivered_seq === 2;
    });
  });

  test('is unknown once a backup was restored that lacks what the cursor knows of', async () => {
    const anna = newUser();
    await group(anna, [newUser()], 'hello');
    const account = createAccount();
    await syncAll(anna, account);
    const sql = (text: string) => runSql(system.servers.adminUrl, text);
    // The server goes on from a copy of its files: another life begins at a place that the former life has passed.
    await sql(`insert into messages.lives (server_started_at, id, key) values (now(), 'next', 'key')`);
    const call = await system.rest(anna);
    const ask = async ({ cursor }: Account) => (await call('GET', `/changes?cursor=${cursor()}`)).data;
    expect(await ask(account)).toMatchObject({ reset: false });
    // A cursor stands before the transactions that are under way, also those of other suites.
    await until('a cursor of the former life stands behind its end', async () => {
      const later = createAccount();
      await syncAll(anna, later);
      return (await ask(later)).reset === true;
    });
    // A logical backup writes the rows again, in a transaction of its own.
    await sql(`delete from messages.lives where id = 'next'`);
    await sql('update messages.lives set id = id');
    expect(await ask(account)).toMatchObject({ reset: true });
    const anew = createAccount();
    await syncAll(anna, anew);
    expect(anew.conversations().size).toBe(1);
    expect(await ask(anew)).toMatchObject({ reset: false });
  });
});
