import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createSerialBatcher } from '../src/index.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

const MOST = 7;
const HEAVIEST = 20;

test('whatever comes when: one batch at a time, in order, within its limits, and each item gets its own result', async () => {
  const coming = fc.array(fc.record({ heavy: fc.nat(25), ticksBefore: fc.nat(3) }), { minLength: 1, maxLength: 60 });
  const trips = fc.infiniteStream(fc.record({ ticks: fc.nat(6), fails: fc.boolean() }));
  await fc.assert(
    fc.asyncProperty(coming, trips, async (items, trip) => {
      const handed: number[] = [];
      let underWay = 0;
      const batcher = createSerialBatcher<number, string>(
        MOST,
        async (batch) => {
          underWay += 1;
          expect(underWay).toBe(1);
          expect(batch.length).toBeLessThanOrEqual(MOST);
          const weight = batch.reduce((sum, place) => sum + (items[place]?.heavy ?? 0), 0);
          if (batch.length > 1) expect(weight).toBeLessThanOrEqual(HEAVIEST);
          handed.push(...batch);
          const { ticks, fails } = trip.next().value;
          for (let index = 0; index < ticks; index += 1) await tick();
          underWay -= 1;
          if (fails) throw new Error(`lost ${batch.join(' ')}`);
          return batch.map(String);
        },
        { weight: { of: (place) => items[place]?.heavy ?? 0, max: HEAVIEST } },
      );
      const results: Promise<PromiseSettledResult<string>[]>[] = [];
      for (const [place, { ticksBefore }] of items.entries()) {
        for (let index = 0; index < ticksBefore; index += 1) await tick();
        results.push(Promise.allSettled([batcher.add(place)]));
      }
      const settled = (await Promise.all(results)).flat();
      expect(handed).toEqual([...items.keys()]);
      settled.forEach((result, place) => {
        if (result.status === 'fulfilled') expect(result.value).toBe(String(place));
        else expect(String(result.reason).match(/\d+/g)?.map(Number)).toContain(place);
      });
    }),
  );
});

test('a batch that fails rejects all of its items and no other', async () => {
  const batcher = createSerialBatcher<number, number>(2, async (items) => {
    if (items.includes(3)) throw new Error('no threes');
    return items;
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
});

describe('by the clock', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A batcher whose batches are noted with the moment at which they begin, and last `lastMs`. */
  function createNoted(options: { lingerMs?: number; paceMs?: number }, lastMs = 0) {
    const begun = performance.now();
    const batches: { at: number; items: number[] }[] = [];
    const batcher = createSerialBatcher<number, void>(
      10,
      async (items) => {
        batches.push({ at: performance.now() - begun, items });
        await new Promise((resolve) => setTimeout(resolve, lastMs));
        return items.map(() => undefined);
      },
      options,
    );
    const addAt = (ms: number, ...items: number[]) =>
      setTimeout(() => items.forEach((item) => void batcher.add(item)), ms);
    return { batches, addAt };
  }

  test('with a linger each batch waits for more, the first too', async () => {
    const { batches, addAt } = createNoted({ lingerMs: 20 });
    addAt(0, 1);
    addAt(15, 2);
    addAt(30, 3);
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([
      { at: 20, items: [1, 2] },
      { at: 50, items: [3] },
    ]);
  });

  test('with a pace the first goes at once, and what comes meanwhile goes together when the pace allows', async () => {
    const { batches, addAt } = createNoted({ paceMs: 10 });
    addAt(0, 1);
    addAt(2, 2);
    addAt(7, 3);
    addAt(40, 4);
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([
      { at: 0, items: [1] },
      { at: 10, items: [2, 3] },
      { at: 40, items: [4] },
    ]);
  });

  test('a batch that lasts longer than the pace is followed at once', async () => {
    const { batches, addAt } = createNoted({ paceMs: 10 }, 25);
    addAt(0, 1);
    addAt(5, 2);
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([
      { at: 0, items: [1] },
      { at: 25, items: [2] },
    ]);
  });
});
