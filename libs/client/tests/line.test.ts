import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, startTcpProxy, type TcpProxy, token, until } from '@vestnik/testing';
import { type Client, type ConnectOptions, connect } from '../src/index.ts';
import { fileStorage } from '../src/node.ts';

let system: System;
let proxy: TcpProxy;
/** While true, the server's bytes do not reach the clients. */
let isSwallowed = false;
const clients: Client[] = [];

beforeAll(async () => {
  system = await startSystem();
  proxy = await startTcpProxy(system.socketUrl(), {
    toClient: (bytes) => (isSwallowed ? Buffer.alloc(0) : bytes),
  });
});
afterEach(async () => {
  isSwallowed = false;
  proxy.mend();
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await proxy?.stop();
  await system?.stop();
});

function clientOf(userId: number, options: Partial<ConnectOptions> = {}): Client {
  const getToken = () => token(userId);
  const client = connect({ url: system.restUrl(), socketUrl: proxy.url, getToken, ...options });
  clients.push(client);
  return client;
}

async function createGroup(userId: number, others: number[]): Promise<number> {
  const body = { type: 'group', name: 'cut off', participantIds: others };
  const { data } = await (await system.rest(userId))('POST', '/conversations', body);
  return data.conversation.id;
}

async function contentsOf(userId: number, conversationId: number): Promise<string[]> {
  const { data } = await (await system.rest(userId))(
    'GET',
    `/conversations/${conversationId}/messages?after=0&limit=100`,
  );
  return data.messages.map(({ content }: { content: string }) => content);
}

const isLive = (client: Client) => client.account.getSnapshot().line === 'live';

describe('a line that is lost', () => {
  test('while messages are sent loses none, doubles none, and keeps their order in each conversation', async () => {
    const groups = await Promise.all([createGroup(7, [8]), createGroup(7, [9])]);
    const client = clientOf(7);
    await client.ready;
    const sent = groups.map((id) => Array.from({ length: 30 }, (_, place) => `${id}: message ${place}`));
    const stored = sent.flatMap((contents, group) =>
      contents.map((content) => client.outbox.send(groups[group] ?? 0, content).stored),
    );
    const all = Promise.all(stored);
    for (let cuts = 0; cuts < 5; cuts += 1) {
      const before = client.account.getSnapshot().outbox.length;
      await until('some more are stored', () => client.account.getSnapshot().outbox.length < before);
      proxy.cut();
      await until('the client has noticed', () => !isLive(client));
      proxy.mend();
    }
    await all;
    for (const [place, id] of groups.entries()) expect(await contentsOf(7, id)).toEqual(sent[place]);
    expect(client.account.getSnapshot().outbox).toEqual([]);
  });

  test('before an acknowledgement arrives makes neither a failure nor a second message', async () => {
    const id = await createGroup(7, [8]);
    const client = clientOf(7);
    await client.ready;
    isSwallowed = true;
    const { stored, clientMessageId } = client.outbox.send(id, 'is it stored?');
    await until('the server has stored it', async () => (await contentsOf(7, id)).length === 1);
    expect(client.account.getSnapshot().outbox).toMatchObject([{ clientMessageId, state: 'queued' }]);
    proxy.cut();
    isSwallowed = false;
    proxy.mend();
    expect(await stored).toMatchObject({ seq: 1, client_message_id: clientMessageId });
    expect(await contentsOf(7, id)).toEqual(['is it stored?']);
    const view = client.account.getSnapshot().conversations.get(id);
    expect(view?.messages.map(({ content }) => content)).toEqual(['is it stored?']);
    expect(view?.outbox).toEqual([]);
  });

  test('half open is noticed, and another one takes its place', async () => {
    const client = clientOf(7, { answerWithinMs: 1_000 });
    await client.ready;
    proxy.hold();
    await expect(client.call('watch_presence', { userIds: [8] })).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await until('the client gives the line up', () => !isLive(client), 15_000);
    proxy.mend();
    await until('it is live again', () => isLive(client));
    expect(await client.call('watch_presence', { userIds: [8] })).toMatchObject({ statuses: [{ user_id: 8 }] });
  });
});

describe('unsent messages', () => {
  test('survive a reload without a line, in their order and under their ids', async () => {
    const id = await createGroup(7, [8]);
    const file = join(await mkdtemp(join(tmpdir(), 'vestnik-client-')), 'account.json');
    const first = clientOf(7, { storage: fileStorage(file) });
    await first.ready;
    proxy.cut();
    await until('the line is lost', () => !isLive(first));
    const sendings = ['one', 'two', 'three'].map((content) => first.outbox.send(id, content));
    await Promise.all(sendings.map(({ kept }) => kept));
    await first.close();

    const second = clientOf(7, { storage: fileStorage(file) });
    const ids = sendings.map(({ clientMessageId }) => clientMessageId);
    const waiting = await until('they are there again', () => {
      const { outbox } = second.account.getSnapshot();
      return outbox.length === 3 && outbox;
    });
    expect(waiting.map(({ clientMessageId, state }) => [clientMessageId, state])).toEqual(
      ids.map((one) => [one, 'queued']),
    );
    proxy.mend();
    await until('they are sent', () => second.account.getSnapshot().outbox.length === 0);
    const view = second.account.getSnapshot().conversations.get(id);
    expect(view?.messages.map((message) => message.client_message_id)).toEqual(ids);
    expect(await contentsOf(7, id)).toEqual(['one', 'two', 'three']);
  });

  test('fail only for good: a refused one says why, can be dropped, and holds up no other', async () => {
    const id = await createGroup(7, [8]);
    const client = clientOf(7);
    await client.ready;
    const bad = client.outbox.send(id, { content: 'to nobody', mentions: [999] });
    const good = client.outbox.send(id, 'to all');
    await expect(bad.stored).rejects.toMatchObject({ code: 'invalid', retryable: false });
    await good.stored;
    const { outbox } = client.account.getSnapshot();
    expect(outbox).toMatchObject([
      { clientMessageId: bad.clientMessageId, state: 'failed', error: { code: 'invalid' } },
    ]);
    client.outbox.discard(bad.clientMessageId);
    expect(client.account.getSnapshot().outbox).toEqual([]);
    expect(await contentsOf(7, id)).toEqual(['to all']);
  });
});

describe('a token', () => {
  test('is replaced before it ends, and the line stays', async () => {
    let asked = 0;
    const states = new Set<string>();
    const client = clientOf(7, {
      getToken: () => {
        asked += 1;
        return token(7, 1, 4);
      },
    });
    await client.ready;
    client.account.subscribe(() => states.add(client.account.getSnapshot().line));
    const began = Date.now();
    await until('three tokens have ended', () => Date.now() - began > 12_500);
    expect(await client.call('watch_presence', { userIds: [8] })).toMatchObject({ statuses: [{ user_id: 8 }] });
    expect(asked).toBeGreaterThan(3);
    expect([...states].filter((state) => state !== 'live')).toEqual([]);
  });

  test('that is refused is replaced once, and a client with no other stops and says why', async () => {
    const tokens = [await token(7, 2), await token(7, 1)];
    await (await system.rest(7))('GET', '/unread-count');
    const client = clientOf(7, { getToken: async () => tokens.shift() ?? 'none' });
    await client.ready;
    expect(tokens).toEqual([]);

    const stranger = clientOf(7, { token: await token(7, 2), getToken: undefined });
    await expect(stranger.ready).rejects.toMatchObject({ code: 'unauthorized' });
    expect(stranger.stopped).toMatchObject({ code: 'unauthorized' });
    expect(stranger.account.getSnapshot().line).toBe('stopped');
  });
});
