import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page, WebSocketRoute } from 'playwright-core';
import {
  bubble,
  describeInBrowser,
  fillStage,
  historyOf,
  openNamed,
  openStage,
  type Stage,
  signInOn,
  write,
} from './stage.ts';

const LINES = ['one', 'two', 'three', 'four', 'five'].map((each) => `line ${each}`);

/** The line of a page to the server, which a test cuts. */
interface Cable {
  cut(): void;
  mend(): void;
  /** Cuts the line when the page has sent the next frame of an event, before the answer. */
  cutAfterNext(event: string): void;
}

/** Puts a cable between a page and the server: the socket and REST. The page itself still loads. */
async function cableOf(page: Page): Promise<Cable> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  let cutsAfter: string | undefined;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    if (isCut) {
      void socket.close({ code: 1001 });
      return;
    }
    const server = socket.connectToServer();
    let isDeaf = false;
    open.add(socket);
    socket.onMessage((frame) => {
      server.send(frame);
      if (cutsAfter === undefined || !String(frame).includes(`"${cutsAfter}"`)) return;
      cutsAfter = undefined;
      isDeaf = true;
      cable.cut();
    });
    server.onMessage((frame) => {
      if (!isDeaf) socket.send(frame);
    });
  });
  await page.route('**/api/messenger/**', (route) => (isCut ? route.abort() : route.continue()));
  const cable: Cable = {
    cut() {
      isCut = true;
      for (const socket of open) void socket.close({ code: 1001 });
      open.clear();
    },
    mend: () => (isCut = false),
    cutAfterNext: (event) => (cutsAfter = event),
  };
  return cable;
}

describeInBrowser('lost lines', () => {
  let stage: Stage;
  let conversationId: number;
  beforeAll(async () => {
    stage = await openStage();
  });
  beforeEach(async () => {
    conversationId = await fillStage(stage, ['first']);
  });
  afterAll(() => stage?.stop());

  async function openWithCable(): Promise<{ page: Page; cable: Cable }> {
    const page = await stage.open();
    const cable = await cableOf(page);
    await page.reload();
    await signInOn(page, 'anna');
    await openNamed(page, 'Neva-7');
    await bubble(page, 'first').waitFor();
    return { page, cable };
  }

  test('a message whose answer is lost in the middle of sending is there once, and never looks failed', async () => {
    const { page, cable } = await openWithCable();
    cable.cutAfterNext('send_message');
    await write(page, 'Is anybody there?');
    await page.locator('.line-banner[data-line=offline]').waitFor();
    await page.locator('[data-waiting] .ticks-queued').waitFor();
    expect(await page.locator('.ticks-failed').count()).toBe(0);
    cable.mend();
    await page.locator('[data-waiting]').waitFor({ state: 'detached' });
    await page.locator('.line-banner').waitFor({ state: 'hidden' });
    expect(await bubble(page, 'Is anybody there?').count()).toBe(1);
    expect(await historyOf(stage, 'anna', conversationId)).toEqual(['first', 'Is anybody there?']);
    await page.context().close();
  });

  test('a full outbox survives a reload, and goes out once and in order', async () => {
    const { page, cable } = await openWithCable();
    cable.cut();
    await page.locator('.line-banner[data-line=offline]').waitFor();
    for (const line of LINES) await write(page, line);
    await expectWaiting(page, LINES.length);
    await page.reload();
    await expectWaiting(page, LINES.length);
    expect(await historyOf(stage, 'anna', conversationId)).toEqual(['first']);
    cable.mend();
    await expectWaiting(page, 0);
    expect(await historyOf(stage, 'anna', conversationId)).toEqual(['first', ...LINES]);
    await page.context().close();
  });

  test('messages of the time without a line show when it is back, and the place in the thread stays', async () => {
    const { page, cable } = await openWithCable();
    cable.cut();
    await page.locator('.line-banner[data-line=offline]').waitFor();
    const boris = await stage.rest('boris');
    await boris('POST', `/conversations/${conversationId}/messages`, { content: 'while you were away' });
    cable.mend();
    await bubble(page, 'while you were away').waitFor();
    await page.context().close();
  });

  test('a second tab of the same person shares the line, and both show what either writes', async () => {
    const one = await stage.open();
    await signInOn(one, 'anna');
    await openNamed(one, 'Neva-7');
    await bubble(one, 'first').waitFor();
    const other = await one.context().newPage();
    let sockets = 0;
    other.on('websocket', () => (sockets += 1));
    await other.goto(stage.system.restUrl());
    await signInOn(other, 'anna');
    await openNamed(other, 'Neva-7');
    await bubble(other, 'first').waitFor();
    await write(other, 'from the second tab');
    await bubble(one, 'from the second tab').locator('.ticks-sent, .ticks-delivered, .ticks-read').waitFor();
    await write(one, 'from the first tab');
    await bubble(other, 'from the first tab').locator('.ticks-sent, .ticks-delivered, .ticks-read').waitFor();
    expect(sockets).toBe(0);
    // The second tab takes the line over when the first one ends.
    await one.close();
    await write(other, 'alone');
    await bubble(other, 'alone').locator('.ticks-sent, .ticks-delivered, .ticks-read').waitFor();
    expect(await historyOf(stage, 'anna', conversationId)).toEqual([
      'first',
      'from the second tab',
      'from the first tab',
      'alone',
    ]);
  });
});

async function expectWaiting(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelectorAll('[data-waiting]').length === wanted, count);
}
