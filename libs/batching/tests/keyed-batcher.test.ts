import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyedBatcher } from '../src/index.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Send {
  key: number;
  place: number;
}

test('whatever comes when: each key keeps its order and is in one batch at a time, and each item gets its own result', async () => {
  const coming = fc.array(fc.record({ key: fc.nat(4), ticksBefore: fc.nat(3) }), { minLength: 1, maxLength: 60 });
  const trips = fc.infiniteStream(fc.record({ ticks: fc.nat(6), fails: fc.boolean() }));
  await fc.assert(
    fc.asyncProperty(coming, trips, fc.integer({ min: 1, max: 4 }), async (items, trip, slots) => {
      const handed = new Map<number, number[]>();
      const underWay: number[][] = [];
      const batcher = createKeyedBatcher<Send, string>({
        slots,
        maxBatch: 7,
        weight: { of: ({ place }) => place % 5, max: 9 },
        async run(batch) {
          const keys = [...new Set(batch.map(({ key }) => key))];
          expect(underWay.flat().filter((key) => keys.includes(key))).toEqual([]);
          expect(batch.length).toBeLessThanOrEqual(7);
          underWay.push(keys);
          expect(underWay.length).toBeLessThanOrEqual(slots);
          for (const { key, place } of batch) handed.set(key, [...(handed.get(key) ?? []), place]);
          const { ticks, fails } = trip.next().value;
          for (let index = 0; index < ticks; index += 1) await tick();
          underWay.splice(underWay.indexOf(keys), 1);
          if (fails) throw new Error(`lost ${batch.map(({ place }) => place).join(' ')}`);
          return batch.map(({ key, place }) => `${key} ${place}`);
        },
      });
      const results: Promise<PromiseSettledResult<string>[]>[] = [];
      for (const [place, { key, ticksBefore }] of items.entries()) {
        for (let index = 0; index < ticksBefore; index += 1) await tick();
        results.push(Promise.allSettled([batcher.add(key, { key, place })]));
      }
      const settled = (await Promise.all(results)).flat();
      await batcher.idle();
      expect(batcher.size()).toBe(0);
      settled.forEach((result, place) => {
        if (result.status === 'fulfilled') expect(result.value).toBe(`${items[place]?.key} ${place}`);
        else expect(String(result.reason).match(/\d+/g)?.map(Number)).toContain(place);
      });
      for (const [key, places] of handed) {
        expect(places).toEqual(items.flatMap((item, place) => (item.key === key ? [place] : [])));
      }
    }),
  );
});

test('who waits too long behind a slow batch is refused and never handed over; other keys wait for nobody', async () => {
  const handed: number[][] = [];
  const slow = Promise.withResolvers<void>();
  const batcher = createKeyedBatcher<number, number>({
    slots: 2,
    maxBatch: 10,
    async run(items) {
      handed.push(items);
      if (items.includes(1)) await slow.promise;
      return items.map((item) => item * 10);
    },
    patience: { maxWaitMs: 50, refusal: () => new Error('waited too long') },
  });
  const first = batcher.add(7, 1);
  await tick();
  const late = [2, 3].map((item) => batcher.add(7, item));
  expect(await batcher.add(8, 4)).toBe(40);
  for (const item of late) await expect(item).rejects.toThrow('waited too long');
  const patient = [5, 6].map((item) => batcher.add(7, item));
  slow.resolve();
  expect(await Promise.all([first, ...patient])).toEqual([10, 50, 60]);
  expect(handed).toEqual([[1], [4], [5, 6]]);
  await batcher.idle();
});
