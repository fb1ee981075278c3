import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type System, startSystem, token, until } from '@vestnik/testing';
import { type Client, type ConnectOptions, connect, sendStateOf, VestnikError } from '../src/index.ts';
import { fileStorage } from '../src/node.ts';

let system: System;
const clients: Client[] = [];

beforeAll(async () => {
  system = await startSystem();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => system?.stop());

function clientOf(userId: number, options: Partial<ConnectOptions> = {}): Client {
  const getToken = () => token(userId);
  const client = connect({ url: system.restUrl(), socketUrl: system.socketUrl(), getToken, ...options });
  clients.push(client);
  return client;
}

describe('two clients of two users', () => {
  test('see each other write, deliver, read and type', async () => {
    const [anna, boris] = [clientOf(7), clientOf(8)];
    await Promise.all([anna.ready, boris.ready]);
    const { conversation } = await anna.rest.createConversation({ participantId: 8 });
    const { id } = conversation;
    const viewOf = (client: Client) => client.account.getSnapshot().conversations.get(id);

    const { clientMessageId, stored } = anna.outbox.send(id, 'Good morning');
    expect(viewOf(anna)?.outbox).toMatchObject([{ clientMessageId, state: 'queued' }]);
    const message = await stored;
    expect(message).toMatchObject({ seq: 1, content: 'Good morning', client_message_id: clientMessageId });
    expect(viewOf(anna)?.outbox).toEqual([]);
    const shown = await until('Boris sees it', () => viewOf(boris)?.messages[0]);
    expect(shown.content).toBe('Good morning');
    expect(viewOf(boris)?.conversation).toMatchObject({ unread_count: 1, last_message_content: 'Good morning' });
    expect(boris.account.getSnapshot().unreadCount).toBe(1);

    const tick = () => {
      const view = viewOf(anna);
      const own = view?.messages[0];
      return view && own && sendStateOf(view, own);
    };
    await until('it is delivered', () => tick() === 'delivered');
    await boris.account.markRead(id, 1);
    expect(boris.account.getSnapshot().unreadCount).toBe(0);
    await until('it is read', () => tick() === 'read');

    boris.account.setTyping(id, true);
    await until('Boris types', () => viewOf(anna)?.typing.includes(8));
    boris.account.setTyping(id, false);
    await until('Boris types no more', () => viewOf(anna)?.typing.length === 0);
  });

  test('get a refusal as the one error, with code and reason', async () => {
    const anna = clientOf(7);
    const refusal = await anna.rest.getConversation({ conversationId: 999_999 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(VestnikError);
    expect(refusal).toMatchObject({ code: 'forbidden', retryable: false });
    await expect(anna.call('edit_message', { messageId: 999_999, content: 'mine' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a client that comes back', () => {
  test('shows the kept account before the line is live, and then what changed', async () => {
    const storage = () => fileStorage(file);
    const file = join(await mkdtemp(join(tmpdir(), 'vestnik-client-')), 'account.json');
    const anna = clientOf(17, { storage: storage() });
    await anna.ready;
    const { conversation } = await anna.rest.createConversation({ participantId: 18, message: 'kept' });
    await until(
      'the message is there',
      () => anna.account.getSnapshot().conversations.get(conversation.id)?.messages[0],
    );
    await anna.close();

    await (await system.rest(18))('POST', `/conversations/${conversation.id}/messages`, { content: 'missed' });
    const again = clientOf(17, { storage: storage(), getToken: () => new Promise(() => {}) });
    const kept = await until('the kept state is there', () =>
      again.account.getSnapshot().conversations.get(conversation.id),
    );
    expect(kept.messages.map(({ content }) => content)).toEqual(['kept']);
    expect(again.account.getSnapshot()).toMatchObject({ userId: 17, isLoaded: true, isCurrent: false });
    await again.close();

    const live = clientOf(17, { storage: storage() });
    await live.ready;
    const view = live.account.getSnapshot().conversations.get(conversation.id);
    expect(view?.messages.map(({ content }) => content)).toEqual(['kept', 'missed']);
    expect(view?.conversation.unread_count).toBe(1);
  });
});

test('the ten lines of the README connect, write, and hear of what is unread', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const lines = /```ts\n([^`]+)```/.exec(readme)?.[1] ?? '';
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(10);
  const program = lines.replace(/^import .*$/m, '');

  let client: Client | undefined;
  const said: unknown[][] = [];
  const here = (options: ConnectOptions) => {
    client = clientOf(27, { ...options, url: system.restUrl() });
    return client;
  };
  const tokenServer = async () => new Response(await token(27));
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await AsyncFunction(
    'connect',
    'fetch',
    'console',
    program,
  )(here, tokenServer, { log: (...words: unknown[]) => said.push(words) });
  expect(said[0]).toEqual(['stored as', 1]);

  const { order } = (client as unknown as Client).account.getSnapshot();
  await (await system.rest(8))('POST', `/conversations/${order[0]}/messages`, { content: 'Good morning, Anna' });
  await until('it hears of the answer', () => said.some(([count, what]) => count === 1 && what === 'unread'));
});
