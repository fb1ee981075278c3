import { parseArgs } from 'node:util';
import { CHROMIUM_FLAGS, findChromium } from '@vestnik/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/**
 * Measures the page against a running demo system (`npm start`). It measures the time from navigation to the newest message, cold
 * and warm, and the time of a keystroke. It also measures how far the view shifts while older messages load.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    runs: { type: 'string', default: '10' },
    messages: { type: 'string', default: '2000' },
  },
});
/** The demo person who looks, and the one of another company who has written. */
const ANNA = 900_001;
const MARIA = 900_005;
/** Requests of the writer in flight. */
const AT_ONCE = 16;
/** Keystrokes whose time is measured. */
const KEYSTROKES = 50;
/** Pixels of one turn of the wheel, and turns. */
const WHEEL = { pixels: 700, turns: 120 };

const executablePath = findChromium();
if (!executablePath) process.exit(1);
const conversationId = await fill(Number(values.messages));
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
try {
  const runs = Number(values.runs);
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const context = await signedIn(browser);
    cold.push(await timeToMessage(context));
    warm.push(await timeToMessage(context));
    await context.close();
  }
  report('navigation to the newest message, cold', median(cold), 'ms');
  report('navigation to the newest message, warm', median(warm), 'ms');
  const context = await signedIn(browser);
  const page = await context.newPage();
  await page.goto(`${values.url}/#/c/${conversationId}`);
  await page.locator('.messages .bubble').last().waitFor();
  const scroll = await scrollUp(page);
  report('older messages loaded while scrolling', scroll.loaded, '');
  report('shift of the view by loading, at most', scroll.shift, 'px');
  report('frames a second while scrolling', scroll.framesPerSecond, '');
  report('keystroke to the next frame, median', median(await typing(page)), 'ms');
} finally {
  await browser.close();
}

/** Writes messages until the conversation with Maria has so many. Returns its id. */
async function fill(count: number): Promise<number> {
  const maria = await restOf(MARIA);
  const { conversation } = (await maria('POST', '/conversations', { participantId: ANNA })) as {
    conversation: { id: number; head_seq: number };
  };
  const texts = Array.from({ length: Math.max(0, count - conversation.head_seq) }, (_, n) => {
    const words = `Message ${conversation.head_seq + n + 1}: the containers of the second row. `;
    return words.repeat(1 + (n % 4));
  });
  while (texts.length > 0) {
    const sends = texts
      .splice(0, AT_ONCE)
      .map((content) => maria('POST', `/conversations/${conversation.id}/messages`, { content }));
    await Promise.all(sends);
  }
  return conversation.id;
}

async function restOf(userId: number) {
  const { token } = await post('/demo/sign-in', { userId });
  return (method: string, path: string, body?: object) => call(method, `/api/messenger${path}`, body, token as string);
}

function post(path: string, body: object) {
  return call('POST', path, body);
}

async function call(method: string, path: string, body?: object, token?: string): Promise<Record<string, unknown>> {
  for (;;) {
    const response = await fetch(`${values.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const reply = (await response.json()) as { data: Record<string, unknown>; error?: { message: string } };
    if (response.ok) return reply.data;
    if (response.status !== 429 && response.status !== 503)
      throw new Error(`${method} ${path}: ${reply.error?.message}`);
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers.get('retry-after') ?? 1) * 1_000));
  }
}

/** A browser with empty caches in which Anna has signed in, without having seen the page. */
async function signedIn(on: Browser): Promise<BrowserContext> {
  const context = await on.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await context.addInitScript(`sessionStorage.setItem('vestnik:credentials', '{"kind":"demo","userId":${ANNA}}')`);
  return context;
}

/** Milliseconds from navigation until the newest message of the last conversation is in the document. */
async function timeToMessage(context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${values.url}/#/c/${conversationId}`, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => {
    return document.querySelector('.messages .bubble') ? performance.now() : undefined;
  });
  const time = Number(await handle.jsonValue());
  await page.waitForFunction(() => document.querySelector('.line-banner')?.getAttribute('data-line') === 'live');
  await page.close();
  return time;
}

/**
 * Turns the wheel upward. For each frame it compares the rows in view with those of the frame before. All rows move by the same
 * distance. A row that moves by another distance has been shifted.
 */
async function scrollUp(page: Page): Promise<{ loaded: number; shift: number; framesPerSecond: number }> {
  await page.evaluate(() => {
    const scroller = document.querySelector('.messages-scroll');
    if (!scroller) throw new Error('There is no list');
    const seen = { shift: 0, frames: 0, since: performance.now(), ids: new Set<string>() };
    Object.assign(window, { seen });
    const view = scroller.getBoundingClientRect();
    const placesNow = () => {
      const places = new Map<string, number>();
      for (const row of scroller.querySelectorAll<HTMLElement>('[data-message]')) {
        const { top, bottom } = row.getBoundingClientRect();
        if (bottom > view.top && top < view.bottom) places.set(row.dataset['message'] ?? '', top);
      }
      return places;
    };
    let before = placesNow();
    const look = () => {
      const now = placesNow();
      const moved = [...now].flatMap(([id, top]) => (before.has(id) ? [top - (before.get(id) ?? 0)] : []));
      // All rows in view move together; a row that moves by another distance than the others has been shifted.
      if (moved.length > 1) seen.shift = Math.max(seen.shift, Math.max(...moved) - Math.min(...moved));
      // Scrolling upward never moves rows upward, unless the view was shifted.
      for (const distance of moved) seen.shift = Math.max(seen.shift, -distance);
      for (const id of now.keys()) seen.ids.add(id);
      before = now;
      seen.frames += 1;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.locator('.messages-scroll').hover();
  for (let turn = 0; turn < WHEEL.turns; turn += 1) {
    await page.mouse.wheel(0, -WHEEL.pixels);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return page.evaluate(() => {
    const { seen } = window as unknown as { seen: { shift: number; frames: number; since: number; ids: Set<string> } };
    const seconds = (performance.now() - seen.since) / 1_000;
    return { loaded: seen.ids.size, shift: seen.shift, framesPerSecond: seen.frames / seconds };
  });
}

/** Milliseconds from each keystroke to the frame that shows it. */
async function typing(page: Page): Promise<number[]> {
  await page.locator('#composer').focus();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    document.querySelector('#composer')?.addEventListener('keydown', () => {
      const at = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => times.push(performance.now() - at);
      // The task behind the frame's work: React has rendered and the browser has laid out.
      setTimeout(() => port2.postMessage(undefined));
    });
  });
  for (let key = 0; key < KEYSTROKES; key += 1) await page.keyboard.type('a');
  return page.evaluate(() => (window as unknown as { times: number[] }).times);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(what: string, figure: number, unit: string): void {
  process.stdout.write(`${what.padEnd(46)} ${figure.toFixed(1).padStart(8)} ${unit}\n`);
}
