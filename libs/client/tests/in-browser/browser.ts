import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CHROMIUM_FLAGS, findChromium, token } from '@vestnik/testing';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { InPage, PageOptions } from './page.ts';

/** The path of Chromium; undefined where there is none. */
export const executablePath = findChromium();

/** A browser of a user, whose tabs run the library. */
export interface UserBrowser {
  context: BrowserContext;
  /** Opens a tab on a page of the origin, with a client that connects as told. `prepare` sees the tab before it loads the page. */
  openTab(origin: string, options: PageOptions, prepare?: (tab: Page) => void): Promise<Page>;
}

/** A running Chromium that has the library. */
export interface LibraryBrowser {
  browserOf(userId: number): Promise<UserBrowser>;
  stop(): Promise<void>;
}

/** Returns the page's script in one piece. Rolldown runs as its command: Jest cannot load it. */
async function bundle(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'vestnik-bundle-')), 'page.js');
  const rolldown = fileURLToPath(new URL('../../../../node_modules/.bin/rolldown', import.meta.url));
  const page = fileURLToPath(new URL('page.ts', import.meta.url));
  const flags = ['--format', 'es', '--platform', 'browser', '--transform.define', 'process.env.NODE_ENV:"production"'];
  await promisify(execFile)(rolldown, [page, ...flags, '--file', file]);
  return readFile(file, 'utf8');
}

/** Starts Chromium. Its pages come from here, also while the network to the server is cut; everything else from the server. */
export async function startLibraryBrowser(): Promise<LibraryBrowser> {
  if (!executablePath) throw new Error('There is no browser');
  const [code, browser] = await Promise.all([bundle(), chromium.launch({ executablePath, args: CHROMIUM_FLAGS })]);
  return {
    async browserOf(userId) {
      // Chromium does not know where a page comes from that a test serves, and asks before it may reach this machine.
      const context = await browser.newContext({ permissions: ['local-network-access'] });
      await context.exposeFunction('getToken', () => token(userId));
      await context.route('**/library', (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><title>Library</title><link rel="icon" href="data:,"><script type="module" src="/library.js"></script><body>',
        }),
      );
      await context.route('**/library.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
      return {
        context,
        async openTab(origin, options, prepare) {
          const page = await context.newPage();
          prepare?.(page);
          const hash = encodeURIComponent(JSON.stringify(options));
          await page.goto(`${origin.replace(/\/$/, '')}/library#${hash}`);
          return page;
        },
      };
    },
    stop: () => browser.close(),
  };
}

/** Runs a function in a page, on its client and what the page has besides. */
export function inPage<Result, Input = undefined>(
  page: Page,
  run: (its: InPage, input: Input) => Result | Promise<Result>,
  input?: Input,
): Promise<Result> {
  const text = `(${run.toString()})(globalThis.inPage, ${JSON.stringify(input) ?? 'undefined'})`;
  return page.evaluate<Result>(text);
}
