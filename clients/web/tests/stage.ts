import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { describe } from '@jest/globals';
import {
  CHROMIUM_FLAGS,
  findChromium,
  restClient,
  type System,
  type SystemOptions,
  startSystem,
} from '@vestnik/testing';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The demo people by first name. Anna, Boris and Vera are of one company, Erik, Maria and Tomas of another. */
export const PEOPLE = {
  anna: { id: 900_001, name: 'Анна Соколова' },
  boris: { id: 900_002, name: 'Борис Лебедев' },
  vera: { id: 900_003, name: 'Вера Крылова' },
  erik: { id: 900_004, name: 'Erik Lindqvist' },
  maria: { id: 900_005, name: 'Maria Kask' },
  tomas: { id: 900_006, name: 'Tomas Berg' },
} as const;
/** One demo person. */
export type PersonName = keyof typeof PEOPLE;

/** A running system with the built page, and a browser. */
export interface Stage {
  system: System;
  browser: Browser;
  /** A new browser window, on the page. English and light unless told otherwise. */
  open(options?: BrowserContextOptions, prepare?: (context: BrowserContext) => Promise<void>): Promise<Page>;
  /** A new window in which a person has signed in by one click. */
  signIn(person: PersonName, options?: BrowserContextOptions): Promise<Page>;
  /** REST as a demo person. */
  rest(person: PersonName): Promise<ReturnType<typeof restClient>>;
  /** A token of a demo person. */
  token(person: PersonName): Promise<string>;
  stop(): Promise<void>;
}

const executablePath = findChromium();

/** The suites that need a browser. They are skipped where there is none, and fail in CI. */
export const describeInBrowser = executablePath ? describe : describe.skip;

/** The longest that a page may take to show what a test waits for, in milliseconds. */
const SHOWN_WITHIN_MS = 30_000;

/** Builds the page where its sources have changed, starts a system with demo people, and starts the browser. */
export async function openStage(options: SystemOptions = {}): Promise<Stage> {
  const build = fileURLToPath(new URL('../tools/build.ts', import.meta.url));
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', build], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const system = await startSystem({ ...options, settings: { DEMO: '1', ...options.settings } });
  if (!executablePath) throw new Error('There is no browser');
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  const open: Stage['open'] = async (own, prepare) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...own });
    context.setDefaultTimeout(SHOWN_WITHIN_MS);
    await prepare?.(context);
    const page = await context.newPage();
    await page.goto(system.restUrl());
    return page;
  };
  const token: Stage['token'] = async (person) => {
    const response = await fetch(`${system.restUrl()}/demo/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: PEOPLE[person].id }),
    });
    return ((await response.json()) as { data: { token: string } }).data.token;
  };
  return {
    system,
    browser,
    open,
    token,
    async signIn(person, own) {
      const page = await open(own);
      await signInOn(page, person);
      return page;
    },
    rest: async (person) => restClient(system.restUrl(), await token(person)),
    async stop() {
      await browser.close();
      await system.stop();
    },
  };
}

/** Signs in by one click on the page of the demo. */
export async function signInOn(page: Page, person: PersonName): Promise<void> {
  await page.getByRole('button', { name: PEOPLE[person].name }).click();
  await page.locator('.sidebar').waitFor();
}

/** Makes all demo people known to the server, and a group of all of them, with lines of Anna. Returns the conversation's id. */
export async function fillStage(stage: Stage, lines: readonly string[]): Promise<number> {
  for (const person of Object.keys(PEOPLE) as PersonName[]) await (await stage.rest(person))('GET', '/unread-count');
  const anna = await stage.rest('anna');
  const participantIds = Object.values(PEOPLE).flatMap(({ id }) => (id === PEOPLE.anna.id ? [] : [id]));
  const { data } = await anna('POST', '/conversations', { type: 'group', name: 'Neva-7', participantIds });
  const { id } = data.conversation as { id: number };
  for (const content of lines) await anna('POST', `/conversations/${id}/messages`, { content });
  return id;
}

/** The messages of a conversation as a person's server has them, oldest first. */
export async function historyOf(stage: Stage, person: PersonName, id: number): Promise<string[]> {
  const rest = await stage.rest(person);
  const { messages } = (await rest('GET', `/conversations/${id}/messages?after=0&limit=100`)).data;
  return (messages as { content: string | null }[]).map(({ content }) => content ?? '');
}

/** Opens the conversation of a name in the list. */
export async function openNamed(page: Page, name: string): Promise<void> {
  await page
    .locator('[data-conversation]', { has: page.locator('.row-name', { hasText: name }) })
    .first()
    .click();
  await page.locator('#composer').waitFor();
}

/** Writes a message into the open conversation, and sends it by Enter. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator('#composer').fill(text);
  await page.locator('#composer').press('Enter');
}

/** The bubble with a text. */
export function bubble(page: Page, text: string) {
  return page.locator('.bubble', { hasText: text });
}

/** Goes over the page with axe, and returns what it finds, with the name of the screen. */
export async function faultsOn(page: Page, screen: string): Promise<object[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => ({
    screen,
    id,
    nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }));
}
