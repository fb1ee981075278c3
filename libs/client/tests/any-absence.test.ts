import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, until } from '@vestnik/testing';
import fc from 'fast-check';
import type { AccountState } from '../src/account/state.ts';
import { type OpenCutOff, openInNode } from './any-absence/cut-off-client.ts';
import { differenceOf } from './any-absence/difference.ts';
import { openInChromium } from './any-absence/in-chromium.ts';
import { actTogether, createPlaces, enter, type Person } from './any-absence/people.ts';
import { PEOPLE, type Step, step } from './any-absence/steps.ts';
import { WatchedClient } from './any-absence/watched-client.ts';
import { misplaced, type Written } from './any-absence/written.ts';
import { executablePath, startLibraryBrowser } from './in-browser/browser.ts';
import { startNetwork } from './network.ts';

/** Runs of the property. `ACCOUNT_RUNS=1000 npm test -- any-absence` tries more. */
const RUNS = Number(process.env['ACCOUNT_RUNS'] ?? 6);
/** Runs of it in Chromium. */
const CHROMIUM_RUNS = Math.ceil(RUNS / 3);
/** How long a sync may still lack a change, or repeat something, in milliseconds. */
const SETTLED_WITHIN_MS = 5_000;
/** How long a client that was cut off may need to come back, wait for its turn and ask twice, in milliseconds. */
const BACK_WITHIN_MS = 30_000;

let system: System;
beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' };
  system = await startSystem({ instances: { gateway: 2, messages: 2, conversations: 2 }, settings });
});
afterAll(() => system?.stop());

let lastUser = 1_000;

async function run(steps: readonly Step[], open: OpenCutOff): Promise<void> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => enter(system, (lastUser += 1))));
  const [first] = people as [Person];
  const client = new WatchedClient(system, first);
  const network = await startNetwork(system, first.userId % 2);
  const library = await open(first.userId, network);
  const written: Written[] = [];

  /** Syncs until nothing changes any more and the client holds what a fresh one holds. */
  async function settle(page: { limit: number; messages: number }): Promise<void> {
    let difference: object | undefined;
    const isSettled = async () => {
      const hasChanged = await client.catchUp(page, true);
      await client.askCounts();
      difference = differenceOf(client.state, await freshState());
      return !hasChanged && difference === undefined;
    };
    await until('the client holds what a fresh client holds', isSettled, SETTLED_WITHIN_MS).catch((error: unknown) => {
      throw difference ? new Error(`differs: ${JSON.stringify(difference)}`) : error;
    });
  }

  async function freshState(): Promise<AccountState> {
    const fresh = new WatchedClient(system, first);
    await fresh.catchUp({ limit: 100, messages: 100 });
    return fresh.state;
  }

  /** Waits until the client of the library holds what a fresh one holds, and each of its messages is stored once or refused. */
  async function settleLibrary(): Promise<void> {
    let difference: object | undefined;
    network.become('mend');
    const isSettled = async () => {
      const [held, fresh] = [await library.state(), await freshState()];
      const isQueued = held.outbox.some(({ state }) => state === 'queued');
      difference = isQueued ? { outbox: held.outbox } : (differenceOf(held, fresh) ?? misplaced(written, held, fresh));
      return held.isCurrent && difference === undefined;
    };
    await until('the library holds what a fresh client holds', isSettled, BACK_WITHIN_MS).catch((error: unknown) => {
      throw difference ? new Error(`the library differs: ${JSON.stringify(difference)}`) : error;
    });
  }

  try {
    const places = await createPlaces(people);
    for (const each of steps) {
      if (each.kind === 'deeds') await actTogether(people, places, each.deeds);
      else if (each.kind === 'sync') await client.sync(each, each.isTakenTwice);
      else if (each.kind === 'come') await client.come(each.gateway, each.door);
      else if (each.kind === 'go') await client.go();
      else if (each.kind === 'hear') client.hear(each.order);
      else if (each.kind === 'network') network.become(each.weather);
      else if (each.kind === 'reload') await library.reload();
      else {
        const conversationId = places[each.place] as number;
        written.push({ conversationId, id: await library.write(conversationId, `written ${written.length}`) });
      }
    }
    // Until the library has come back and sent what waits, the account of its user goes on changing.
    await settleLibrary();
    await settle({ limit: 3, messages: 4 });
    await client.go();
    client.hearAll();
    await settle({ limit: 1, messages: 1 });
  } finally {
    await client.go();
    await library.close();
    await network.stop();
    for (const person of people) person.leave();
  }
}

const property = (open: OpenCutOff) =>
  fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30, size: 'max' }), (steps) => run(steps, open));

test('whatever happens while a client is away or cut off, it ends with exactly what a fresh client holds', async () => {
  // A failure names its seed and path, by which `fc.assert` repeats it: { seed, path, endOnFailure: true }.
  const before = lastUser;
  await fc.assert(property(openInNode), { numRuns: RUNS, endOnFailure: true });
  expect(lastUser).toBe(before + RUNS * PEOPLE);
});

(executablePath ? test : test.skip)('the same holds for the library in Chromium', async () => {
  const browser = await startLibraryBrowser();
  try {
    await fc.assert(property(openInChromium(browser)), { numRuns: CHROMIUM_RUNS, endOnFailure: true });
  } finally {
    await browser.stop();
  }
});
