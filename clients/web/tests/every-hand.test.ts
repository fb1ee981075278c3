import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  bubble,
  describeInBrowser,
  fillStage,
  openNamed,
  openStage,
  PEOPLE,
  type Stage,
  signInOn,
  write,
} from './stage.ts';

describeInBrowser('every hand and eye', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await fillStage(stage, ['Good morning', 'See https://example.org and `code`']);
  });
  afterAll(() => stage?.stop());

  test('everything works by keyboard alone, the message list is one tab stop, and the focus is never lost', async () => {
    const page = await stage.open();
    await page.getByRole('button', { name: PEOPLE.anna.name }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-conversation]').first().waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await bubble(page, 'Good morning').waitFor();
    await page.keyboard.press('Escape');
    await focusIs(page, '#composer');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await bubble(page, 'by keyboard').locator('.ticks-sent, .ticks-delivered, .ticks-read').waitFor();
    await focusIs(page, '#composer');

    await page.keyboard.press('Alt+m');
    await focusIs(page, '[role=listitem]');
    expect(await page.locator('.messages [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('https://example.org'));
    await page.keyboard.press('Enter');
    await focusIs(page, '[role=menuitem]');
    await page.keyboard.press('Escape');
    await focusIs(page, '[role=listitem]');
    await page.keyboard.press('r');
    await page.locator('.composer-context').waitFor();
    await focusIs(page, '#composer');
    await page.keyboard.press('Escape');
    await page.locator('.composer-context').waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await focusIs(page, '#search');
    await page.keyboard.press('Escape');
    await page.locator('[data-conversation]').first().focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await focusIs(page, '[data-conversation]');
    await page.keyboard.press('Alt+n');
    await page.getByRole('dialog', { name: 'New conversation' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test.each([
    { width: 360, height: 740 },
    { width: 640, height: 400 },
  ])('on a window of $width by $height nothing runs out of it, and a person writes', async (viewport) => {
    const page = await stage.open({ viewport, hasTouch: true });
    await fits(page);
    await signInOn(page, 'maria');
    await page.locator('[data-conversation]').first().waitFor();
    await fits(page);
    await openNamed(page, 'Neva-7');
    await write(page, `from ${viewport.width} pixels, ${'with a_very_long_word'.repeat(8)}`);
    await bubble(page, `from ${viewport.width} pixels`).locator('.ticks-sent, .ticks-delivered, .ticks-read').waitFor();
    await fits(page);
    await page.locator('.thread-face').click();
    await page.getByRole('dialog').waitFor();
    await fits(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Back to the conversations' }).click();
    await page.locator('[data-conversation]').first().waitFor();
  });

  // Contrast differs by theme, names and lengths by language: each is looked at once.
  test.each([
    { colorScheme: 'light', locale: 'en-GB' },
    { colorScheme: 'dark', locale: 'ru-RU' },
  ] as const)('axe finds nothing on any screen in $colorScheme, $locale', async (options) => {
    const page = await stage.open({ ...options, reducedMotion: 'reduce' });
    const found: unknown[] = [];
    const look = async (screen: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations)
        found.push({ screen, id, nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]) });
    };
    await look('sign-in');
    await signInOn(page, 'vera');
    await page.locator('[data-conversation]').first().waitFor();
    await look('list');
    await openNamed(page, 'Neva-7');
    await bubble(page, 'Good morning').waitFor();
    await look('thread');
    await bubble(page, 'Good morning').hover();
    await page.locator('.item:hover .tools button').last().click();
    await page.getByRole('menu').waitFor();
    await look('menu');
    await page.keyboard.press('Escape');
    await page.locator('.thread-face').click();
    await page.getByRole('dialog').waitFor();
    await look('details');
    await page.keyboard.press('Escape');
    await page.locator('.me').click();
    await page.getByRole('dialog').waitFor();
    await look('settings');
    await page.keyboard.press('Escape');
    await page.locator('.sidebar-head .icon-button').click();
    await page.getByRole('dialog').waitFor();
    await look('new conversation');
    await page.keyboard.press('Escape');
    await page.locator('#search').fill('neva');
    await page.locator('.results-title').first().waitFor();
    await look('search');
    expect(found).toEqual([]);
    await page.context().close();
  });

  test('the page asks nobody but this host, and nothing breaks its policy', async () => {
    const page = await stage.open();
    const hosts = new Set<string>();
    const faults: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    page.on('websocket', (socket) => hosts.add(new URL(socket.url()).hostname));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.reload();
    await signInOn(page, 'tomas');
    await openNamed(page, 'Neva-7');
    await bubble(page, 'Good morning').waitFor();
    expect([...hosts].filter((host) => host !== '')).toEqual(['127.0.0.1']);
    expect(faults).toEqual([]);
  });
});

async function focusIs(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);
}

/** Nothing is wider than the window. */
async function fits(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(excess).toBeLessThanOrEqual(0);
}
