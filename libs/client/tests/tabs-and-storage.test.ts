import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type System, startSystem, until } from '@vestnik/testing';
import type { Page } from 'playwright-core';
import {
  executablePath,
  inPage,
  type LibraryBrowser,
  startLibraryBrowser,
  type UserBrowser,
} from './in-browser/browser.ts';
import type { InPage, PageOptions } from './in-browser/page.ts';
import { type Network, startNetwork } from './network.ts';
import { DUE } from './use-storage.ts';

const LINES = ['one', 'two', 'three', 'four'];
const [ANNA, BORIS] = [7, 8];

(executablePath ? describe : describe.skip)('in Chromium', () => {
  let system: System;
  let browser: LibraryBrowser;
  let network: Network;
  /** While true, the server's bytes do not reach the clients. */
  let isSwallowed = false;
  let anna: UserBrowser;
  let conversationId: number;
  /** The sockets that Anna's tabs have opened, by tab. */
  const sockets = new Map<Page, number>();
  /** The frames that Anna's tabs have sent. */
  const frames: string[] = [];

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), startLibraryBrowser()]);
    network = await startNetwork(system, 0, { toClient: (bytes) => (isSwallowed ? Buffer.alloc(0) : bytes) });
  });
  beforeEach(async () => {
    const body = { type: 'group', name: 'tabs', participantIds: [BORIS] };
    conversationId = (await (await system.rest(ANNA))('POST', '/conversations', body)).data.conversation.id;
    anna = await browser.browserOf(ANNA);
  });
  afterEach(async () => {
    isSwallowed = false;
    network.become('mend');
    sockets.clear();
    frames.length = 0;
    await anna.context.close();
  });
  afterAll(async () => {
    await browser?.stop();
    await network?.stop();
    await system?.stop();
  });

  async function openTab(options: Partial<PageOptions> = {}): Promise<Page> {
    return anna.openTab(network.url, { socketUrl: network.socketUrl, storage: 'anna', ...options }, (tab) => {
      tab.on('websocket', (socket) => {
        sockets.set(tab, (sockets.get(tab) ?? 0) + 1);
        socket.on('framesent', ({ payload }) => void frames.push(String(payload)));
      });
    });
  }

  /** Opens tabs that share a connection, one after the other: the first one leads. */
  async function openTabs(count: number): Promise<Page[]> {
    const tabs: Page[] = [];
    for (let place = 0; place < count; place += 1) {
      const tab = await openTab({ shareAs: 'anna' });
      await untilLive(tab);
      tabs.push(tab);
    }
    return tabs;
  }

  const untilLive = (tab: Page) =>
    until('the tab has the account', () => inPage(tab, ({ client }) => client.account.getSnapshot().isCurrent));
  const lineOf = (tab: Page) => inPage(tab, ({ client }) => client.account.getSnapshot().line);
  const outboxOf = (tab: Page) =>
    inPage(tab, ({ client }) =>
      client.account.getSnapshot().outbox.map(({ message, state }) => [message.content, state]),
    );
  const shownIn = (tab: Page) =>
    inPage(
      tab,
      ({ client }, id) =>
        client.account
          .getSnapshot()
          .conversations.get(id)
          ?.messages.map(({ content }) => content),
      conversationId,
    );
  /** Puts messages into the outbox of a tab, and returns when the storage has them. */
  const write = (tab: Page, contents: string[]) =>
    inPage(
      tab,
      async ({ client }, { id, texts }) =>
        void (await Promise.all(texts.map((text) => client.outbox.send(id, text).kept))),
      { id: conversationId, texts: contents },
    );
  async function stored(): Promise<string[]> {
    const rest = await system.rest(ANNA);
    const { data } = await rest('GET', `/conversations/${conversationId}/messages?after=0&limit=100`);
    return data.messages.map(({ content }: { content: string }) => content);
  }
  const isEmpty = async (tab: Page) => (await outboxOf(tab)).length === 0;

  test('IndexedDB holds what was saved last, across starts, and nothing after it was cleared', async () => {
    const tab = await openTab();
    expect(await inPage(tab, ({ useStorage }) => useStorage('another'))).toEqual(DUE);
  });

  test('a cold start without a line shows the kept account and unsent messages, which then are sent once', async () => {
    const tab = await openTab();
    await untilLive(tab);
    await write(tab, ['kept']);
    await until('it is stored', () => isEmpty(tab));
    network.become('cut');
    await until('the line is lost', async () => (await lineOf(tab)) === 'offline');
    await write(tab, LINES);
    const isKept = async () => (await inPage(tab, ({ entriesOf }) => entriesOf('anna'))) > LINES.length;
    await until('the account is stored beside them', isKept);
    await tab.close();

    const again = await openTab();
    const waiting = LINES.map((content) => [content, 'queued']);
    await until('they wait again', async () => (await outboxOf(again)).length === LINES.length);
    expect(await outboxOf(again)).toEqual(waiting);
    const known = ({ client }: InPage) => {
      const { userId, isLoaded, isCurrent, order } = client.account.getSnapshot();
      return { userId, isLoaded, isCurrent, hasConversations: order.length > 0 };
    };
    expect(await inPage(again, known)).toEqual({
      userId: ANNA,
      isLoaded: true,
      isCurrent: false,
      hasConversations: true,
    });
    network.become('mend');
    await until('they are sent', () => isEmpty(again));
    expect(await stored()).toEqual(['kept', ...LINES]);
  });

  test('signing out leaves nothing of the account in the browser', async () => {
    const tab = await openTab();
    await untilLive(tab);
    await write(tab, ['secret']);
    await until('it is stored', () => isEmpty(tab));
    await inPage(tab, ({ client }) => client.signOut());
    expect(await inPage(tab, ({ entriesOf }) => entriesOf('anna'))).toBe(0);
  });

  test('tabs share one connection, and all of them show what each of them writes', async () => {
    const tabs = await openTabs(3);
    for (const [place, tab] of tabs.entries()) await write(tab, [`from tab ${place}`]);
    const all = tabs.map((_, place) => `from tab ${place}`);
    for (const tab of tabs) {
      await until('the tab shows all', async () => (await shownIn(tab))?.length === all.length);
      expect(await shownIn(tab)).toEqual(all);
    }
    expect(tabs.map((tab) => sockets.get(tab) ?? 0)).toEqual([1, 0, 0]);
  });

  test('a tab that comes while another one waits for an answer makes nothing happen twice', async () => {
    const [, next] = await openTabs(2);
    if (!next) throw new Error('There is no second tab');
    network.become('hold');
    const answered = inPage(next, ({ client }) => client.call('watch_presence', { userIds: [8] }));
    const asked = () => frames.filter((frame) => frame.includes('watch_presence')).length;
    await until('the leader has asked', () => asked() === 1);
    await openTabs(1);
    network.become('mend');
    expect((await answered).statuses).toHaveLength(1);
    expect(asked()).toBe(1);
  });

  test('when the leading tab is closed without a line, the next one leads on with the whole outbox, and nothing is sent twice', async () => {
    const [leader, next, last] = (await openTabs(3)) as [Page, Page, Page];
    network.become('cut');
    await until('all tabs know that the line is lost', async () => (await lineOf(last)) === 'offline');
    await write(leader, LINES.slice(0, 2));
    const promised = inPage(
      last,
      async ({ client }, id) => (await client.outbox.send(id, 'three').stored).seq,
      conversationId,
    );
    await until('the leader has it', async () => (await outboxOf(leader)).length === 3);
    await leader.close();
    await write(next, ['four']);
    for (const tab of [next, last]) {
      await until('the tab shows the whole outbox', async () => (await outboxOf(tab)).length === LINES.length);
      expect(await outboxOf(tab)).toEqual(LINES.map((content) => [content, 'queued']));
    }
    network.become('mend');
    for (const tab of [next, last]) await until('the outbox is empty', () => isEmpty(tab));
    expect(await promised).toBe(3);
    expect(await stored()).toEqual(LINES);
    expect(await shownIn(last)).toEqual(LINES);
    expect(sockets.get(last) ?? 0).toBe(0);
  });

  test('a message whose acknowledgement the closed leader did not get is there once, and the other tab learns it', async () => {
    const [leader, next] = (await openTabs(2)) as [Page, Page];
    isSwallowed = true;
    const promised = inPage(
      next,
      async ({ client }, id) => (await client.outbox.send(id, 'is it stored?').stored).seq,
      conversationId,
    );
    await until('the server has stored it', async () => (await stored()).length === 1);
    expect(await outboxOf(next)).toEqual([['is it stored?', 'queued']]);
    await leader.close();
    isSwallowed = false;
    await until('the outbox is empty', () => isEmpty(next));
    expect(await promised).toBe(1);
    expect(await stored()).toEqual(['is it stored?']);
    expect(await shownIn(next)).toEqual(['is it stored?']);
  });

  test('a component of React renders again when its part of the account changes, and not otherwise', async () => {
    const tab = await openTab();
    await untilLive(tab);
    const shown = await tab.evaluateHandle<ReturnType<InPage['follow']>>(`inPage.follow(${conversationId})`);
    const read = () => shown.jsonValue();
    await until('all have rendered', async () => Object.values(await read()).every(({ length }) => length > 0));
    const before = await read();
    const unread = before.unread[0] ?? Number.NaN;

    const boris = await system.connect(BORIS);
    await boris.call('send_message', { conversationId, content: 'Good morning' });
    await until('the count has moved', async () => (await read()).unread.at(-1) === unread + 1);
    await boris.call('typing', { conversationId, isTyping: true });
    await until('he types', async () => (await read()).typing.at(-1) === 1);
    const after = await read();
    expect(after.unread).toEqual([unread, unread + 1]);
    expect(after.typing).toEqual([0, 1]);
    // Its selector makes a new list each time, and its own comparison says that the list is the same.
    expect(after.names).toEqual(before.names);
    await boris.close();
  });
});
