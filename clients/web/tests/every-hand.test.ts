import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  bubble,
  describeInBrowser,
  faultsOn,
  fillStage,
  openNamed,
  openStage,
  PEOPLE,
  type Stage,
  signInOn,
  write,
} from './stage.ts';

/** The origin of a page that may embed the messenger, and of one that may not. */
const [HOST, STRANGER] = ['http://localhost:4999', 'http://localhost:4998'];

describeInBrowser('every hand and eye', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ settings: { FRONTEND_URL: HOST } });
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
    const found: object[] = [];
    const look = async (screen: string) => void found.push(...(await faultsOn(page, screen)));
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

  test('a page that FRONTEND_URL names embeds the messenger as the README says, and gives it a user; another page cannot', async () => {
    // Chromium does not know where a page comes from that a test serves, and asks before it may reach this machine.
    const context = await stage.browser.newContext({ locale: 'en-GB', permissions: ['local-network-access'] });
    const html = await embeddingPage(stage.system.restUrl());
    const body = (url: string) => (url.endsWith('/messenger-token') ? stage.token('anna') : html);
    for (const origin of [HOST, STRANGER]) {
      await context.route(`${origin}/**`, async (route) =>
        route.fulfill({ contentType: 'text/html', body: await body(route.request().url()) }),
      );
    }
    const host = await context.newPage();
    await host.goto(`${HOST}/`);
    const frame = host.frameLocator('#messenger');
    await frame.locator('.me-name', { hasText: PEOPLE.anna.name }).waitFor();
    await frame.locator('[data-conversation]', { hasText: 'Neva-7' }).first().click();
    await frame.locator('#composer').fill('from within another page');
    await frame.locator('#composer').press('Enter');
    await frame.locator('.bubble', { hasText: 'from within another page' }).locator('.ticks').waitFor();

    const give = (token: string) =>
      host.evaluate(
        ([address, given]) => window.frames[0]?.postMessage({ type: 'vestnik:token', token: given }, address ?? ''),
        [stage.system.restUrl(), token],
      );
    await give('no token at all');
    await give(await stage.token('maria'));
    // In a narrow frame an open conversation covers the name.
    await frame.locator('.me-name', { hasText: PEOPLE.maria.name }).waitFor({ state: 'attached' });

    const stranger = await context.newPage();
    const refused = stranger.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await stranger.goto(`${STRANGER}/`);
    await refused;
    await context.close();
  });

  test('quiet hours are set by a few clicks, hold on every device of the user, and end by one', async () => {
    const page = await stage.signIn('boris', { timezoneId: 'Europe/Riga' });
    const other = await stage.signIn('boris', { locale: 'ru-RU' });
    const kept = async () => (await (await stage.rest('boris'))('GET', '/notification-preferences')).data.preferences;
    for (const each of [page, other]) await each.locator('.me').click();
    await page.getByLabel('Use quiet hours').check();
    await page.getByLabel('From').fill('21:30');
    await page.getByLabel('To').fill('07:15');
    await page.getByRole('group', { name: 'Days' }).getByRole('button').last().click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect((await kept()).quiet_hours).toEqual({
      start: '21:30',
      end: '07:15',
      time_zone: 'Europe/Riga',
      days: [1, 2, 3, 4, 5, 6],
    });
    await other.locator('input[type=time]').first().waitFor();
    expect(
      await other
        .locator('input[type=time]')
        .evaluateAll((inputs) => inputs.map((it) => (it as HTMLInputElement).value)),
    ).toEqual(['21:30', '07:15']);
    expect(await faultsOn(page, 'quiet hours')).toEqual([]);
    await page.getByLabel('Use quiet hours').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await other.locator('input[type=time]').first().waitFor({ state: 'detached' });
    expect((await kept()).quiet_hours).toBeNull();
    for (const each of [page, other]) await each.context().close();
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

/** The page of the README that embeds the messenger, with the address of this one. */
async function embeddingPage(address: string): Promise<string> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const html = /```html\n([^`]+)```/.exec(readme)?.[1];
  if (!html) throw new Error('The README embeds nothing');
  return `<!doctype html>${html.replaceAll('https://chat.example.org', address)}`;
}

async function focusIs(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector);
}

/** Nothing is wider than the window. */
async function fits(page: Page): Promise<void> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(excess).toBeLessThanOrEqual(0);
}
