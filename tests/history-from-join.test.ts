import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { signToken } from '@vestnik/auth';
import { createTestClient, restClient, SECRET, type System, startSystem, until } from '@vestnik/testing';

let system: System;
beforeAll(async () => {
  system = await startSystem({ instances: { gateway: 2, messages: 2 } });
});
afterAll(() => system.stop());

const [OWNER, INSIDER, OUTSIDER, EARLY] = [1, 2, 3, 4];
const companyOf = (id: number) => (id === OUTSIDER || id === EARLY ? 20 : 10);
const tokenOf = (id: number) =>
  signToken(SECRET, { id, companyId: companyOf(id), ...(id === OWNER && { companyRole: 'admin' }) }, 3_600);
const as = (id: number) => restClient(system.restUrl(0), tokenOf(id));
const connect = (id: number, gateway: number) => createTestClient(system.socketUrl(gateway), tokenOf(id));

/** The texts that a user sees of a list of messages. */
const textsOf = (messages: { content: string }[]) => messages.map(({ content }) => content);

test('an outsider who is added while the policy says joined sees nothing from before, in any list, answer or frame', async () => {
  for (const id of [INSIDER, OUTSIDER, EARLY]) await as(id)('GET', '/unread-count');
  const group = { type: 'group', name: 'Pines', participantIds: [INSIDER, EARLY] };
  const { conversation } = (await as(OWNER)('POST', '/conversations', group)).data;
  const path = `/conversations/${conversation.id}`;
  const say = async (id: number, content: string, more: object = {}) =>
    (await as(id)('POST', `${path}/messages`, { content, ...more })).data.message;
  const old = await say(OWNER, 'old secret');
  const pinned = await say(OWNER, 'old pinned secret');
  await as(OWNER)('PUT', `/messages/${pinned.id}/pin`);
  await as(OWNER)('PATCH', '/company/policy', { history: 'joined' });

  const outsider = await connect(OUTSIDER, 1);
  const insider = await connect(INSIDER, 1);
  await until('the policy has reached conversations', async () => {
    await as(OWNER)('DELETE', `${path}/participants/${OUTSIDER}`);
    const { data } = await as(OWNER)('POST', `${path}/participants`, { participantIds: [OUTSIDER] });
    return data.conversation.history_from_join;
  });
  const mates = (await as(INSIDER)('GET', path)).data.conversation;
  expect(mates).toMatchObject({ participants: [OWNER, INSIDER, EARLY, OUTSIDER], history_from_join: [OUTSIDER] });
  expect((await as(OUTSIDER)('GET', path)).data.conversation).toMatchObject({
    last_message_content: null,
    last_message_id: null,
    unread_count: 0,
  });
  await until('the group has been entered', async () => outsider.events('conversation_created').length > 0);

  // Participants who joined before still see everything.
  for (const id of [INSIDER, EARLY]) {
    const { messages } = (await as(id)('GET', `${path}/messages`)).data;
    expect(textsOf(messages)).toEqual(['old pinned secret', 'old secret']);
  }
  const seen = async (query: string) => (await as(OUTSIDER)('GET', query)).data;
  for (const query of ['', '?after=0', '?offset=0', '?limit=1&before=2']) {
    expect((await seen(`${path}/messages${query}`)).messages).toEqual([]);
  }
  expect((await seen(`${path}/pins`)).messages).toEqual([]);
  expect((await seen('/search?q=secret')).messages).toEqual([]);
  const refused = [
    as(OUTSIDER)('GET', `/messages/${old.id}`),
    as(OUTSIDER)('PUT', `/messages/${old.id}/pin`),
    as(OUTSIDER)('PUT', `/messages/${old.id}/reactions/%F0%9F%91%8D`),
    as(OUTSIDER)('POST', `${path}/messages`, { content: 'about that', replyToId: old.id }),
    as(OUTSIDER)('POST', `${path}/read`, { messageIds: [old.id] }),
    as(OUTSIDER)('POST', '/reports', { messageId: old.id, reason: 'curious' }),
  ];
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 403));
  const synced = await outsider.call('sync', { conversations: [{ id: conversation.id, afterSeq: 0 }] });
  expect(synced).toMatchObject({ data: { conversations: [{ messages: [], has_more: false }] } });

  const fresh = await say(OWNER, 'new secret');
  const { messages } = await seen(`${path}/messages?after=0`);
  expect(textsOf(messages)).toEqual(['new secret']);
  const again = await outsider.call('sync', { conversations: [{ id: conversation.id, afterSeq: 0 }] });
  expect(textsOf(again.data.conversations[0].messages)).toEqual(['new secret']);
  await until('the search knows it', async () => (await seen('/search?q=secret')).messages.length > 0);
  expect(textsOf((await seen('/search?q=secret')).messages)).toEqual(['new secret']);
  expect((await seen(path)).conversation).toMatchObject({ last_message_content: 'new secret', unread_count: 1 });
  const filed = await as(OUTSIDER)('POST', '/reports', { messageId: fresh.id, reason: 'The first that I see' });
  expect(filed.status).toBe(201);

  // Changes of old messages reach the insider, and the outsider neither where the joining was seen nor elsewhere.
  const late = await connect(OUTSIDER, 0);
  const { cursor } = await seen('/changes');
  await as(OWNER)('PATCH', `/messages/${old.id}`, { content: 'old secret, edited' });
  await as(INSIDER)('PUT', `/messages/${pinned.id}/reactions/%F0%9F%91%8D`);
  await as(OWNER)('DELETE', `/messages/${pinned.id}`);
  await as(OWNER)('PATCH', `/messages/${fresh.id}`, { content: 'new secret, edited' });
  await insider.next('message_updated', ({ message }) => message.content === 'old secret, edited');
  for (const socket of [outsider, late]) {
    await socket.next('message_updated', ({ message }) => message.content === 'new secret, edited');
    expect(textsOf(socket.events('message_updated').map(({ message }) => message))).toEqual(['new secret, edited']);
    expect([...socket.events('message_deleted'), ...socket.events('reaction_changed')]).toEqual([]);
  }
  for (const query of ['', `?cursor=${encodeURIComponent(cursor)}`]) {
    const changes = JSON.stringify(await seen(`/changes${query}`));
    expect(changes).toContain('new secret, edited');
    expect(changes).not.toMatch(/old secret|old pinned/);
  }
});
