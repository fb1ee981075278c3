import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CHROMIUM_FLAGS, findChromium } from '@vestnik/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/**
 * Takes the pictures of the README from a running demo system (`npm start`). With `--all` it takes each screen in both languages,
 * both themes and two sizes into a folder, to be looked at.
 */
const { values } = parseArgs({
  options: { url: { type: 'string', default: 'http://127.0.0.1:3000' }, all: { type: 'string' } },
});
const PICTURES = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
/** How long a page gets to settle before a picture, in milliseconds. */
const SETTLE_MS = 700;
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const executablePath = findChromium();
if (!executablePath) process.exit(1);
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
try {
  if (values.all === undefined) await takeTwo(browser);
  else await takeAll(browser, values.all);
} finally {
  await browser.close();
}

async function takeTwo(on: Browser): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const anna = await open(on, 'Анна Соколова', { viewport: WIDE, locale: 'en-GB', deviceScaleFactor: 2 });
  const erik = await open(on, 'Erik Lindqvist', {
    viewport: PHONE,
    locale: 'ru-RU',
    colorScheme: 'dark',
    deviceScaleFactor: 2,
  });
  await openFirst(anna);
  await openFirst(erik);
  await erik.locator('#composer').pressSequentially('Спасибо!');
  await picture(anna, join(PICTURES, 'messenger.png'));
  await erik.locator('#composer').fill('');
  await picture(erik, join(PICTURES, 'phone.png'));
}

async function takeAll(on: Browser, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const locale of ['en-GB', 'ru-RU']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [WIDE, PHONE]) {
        const name = `${locale.slice(0, 2)}-${colorScheme}-${viewport === WIDE ? 'wide' : 'phone'}`;
        await takeScreens(on, { locale, colorScheme, viewport }, (screen) => join(folder, `${name}-${screen}.png`));
      }
    }
  }
}

async function takeScreens(
  on: Browser,
  options: BrowserContextOptions,
  file: (screen: string) => string,
): Promise<void> {
  const page = await open(on, undefined, options);
  await picture(page, file('1-sign-in'));
  await page.getByRole('button', { name: 'Анна Соколова' }).click();
  await page.locator('[data-conversation]').first().waitFor();
  await picture(page, file('2-list'));
  await page.locator('.me').click();
  await picture(page, file('3-settings'));
  await page.keyboard.press('Escape');
  await page.locator('.sidebar-head .icon-button').click();
  await picture(page, file('4-new'));
  await page.keyboard.press('Escape');
  await page.locator('#search').fill('сертификат');
  await picture(page, file('5-search'));
  await page.locator('#search').press('Escape');
  await openFirst(page);
  await picture(page, file('6-thread'));
  await page.locator('.thread-face').click();
  await picture(page, file('7-details'));
  await page.keyboard.press('Escape');
  await page.locator('.item .bubble').last().hover();
  await page.locator('.item:hover .tools button').last().click();
  await picture(page, file('8-menu'));
  await page.context().close();
}

async function open(on: Browser, person: string | undefined, options: BrowserContextOptions): Promise<Page> {
  const context = await on.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  await page.goto(values.url);
  if (person === undefined) return page;
  await page.getByRole('button', { name: person }).click();
  await page.locator('[data-conversation]').first().waitFor();
  return page;
}

/** Opens the group of the demo. */
async function openFirst(page: Page): Promise<void> {
  await page.locator('[data-conversation]', { has: page.locator('.row-name', { hasText: 'Neva-7' }) }).click();
}

async function picture(page: Page, path: string): Promise<void> {
  if (!(await page.getByRole('menu').count())) await page.mouse.move(0, 0);
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path });
}
