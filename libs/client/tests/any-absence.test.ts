import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type System, startSystem, until } from '@vestnik/testing';
import fc from 'fast-check';
import { differenceOf } from './any-absence/difference.ts';
import { actTogether, createPlaces, enter, type Person } from './any-absence/people.ts';
import { PEOPLE, type Step, step } from './any-absence/steps.ts';
import { WatchedClient } from './any-absence/watched-client.ts';

/** Runs of the property. `ACCOUNT_RUNS=1000 npm test -- any-absence` tries more. */
const RUNS = Number(process.env['ACCOUNT_RUNS'] ?? 12);
/** How long a sync may still lack a change, or repeat something, in milliseconds. */
const SETTLED_WITHIN_MS = 5_000;

let system: System;
beforeAll(async () => {
  const settings = { LIMIT_REQUESTS_PER_SECOND: '0', LIMIT_FRAMES_PER_SECOND: '0' };
  system = await startSystem({ instances: { gateway: 2, messages: 2, conversations: 2 }, settings });
});
afterAll(() => system?.stop());

let lastUser = 1_000;

async function run(steps: readonly Step[]): Promise<void> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => enter(system, (lastUser += 1))));
  const [first] = people as [Person];
  const client = new WatchedClient(system, first);
  let difference: object | undefined;

  /** Syncs until nothing changes any more and the client holds what a fresh one holds. */
  async function settle(page: { limit: number; messages: number }): Promise<void> {
    const isSettled = async () => {
      const hasChanged = await client.catchUp(page, true);
      await client.askCounts();
      const fresh = new WatchedClient(system, first);
      await fresh.catchUp({ limit: 100, messages: 100 });
      difference = differenceOf(client.state, fresh.state);
      return !hasChanged && difference === undefined;
    };
    await until('the client holds what a fresh client holds', isSettled, SETTLED_WITHIN_MS).catch((error: unknown) => {
      throw difference ? new Error(`differs: ${JSON.stringify(difference)}`) : error;
    });
  }

  try {
    const places = await createPlaces(people);
    for (const each of steps) {
      if (each.kind === 'deeds') await actTogether(people, places, each.deeds);
      else if (each.kind === 'sync') await client.sync(each, each.isTakenTwice);
      else if (each.kind === 'come') await client.come(each.gateway, each.door);
      else if (each.kind === 'go') await client.go();
      else client.hear(each.order);
    }
    await settle({ limit: 3, messages: 4 });
    await client.go();
    client.hearAll();
    await settle({ limit: 1, messages: 1 });
  } finally {
    await client.go();
    for (const person of people) person.leave();
  }
}

test('whatever happens while a client is away, it ends with exactly what a fresh client holds', async () => {
  // A failure names its seed and path, by which `fc.assert` repeats it: { seed, path, endOnFailure: true }.
  const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30, size: 'max' }), run);
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  expect(lastUser).toBe(1_000 + RUNS * PEOPLE);
});
