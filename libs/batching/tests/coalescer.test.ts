import { expect, test } from '@jest/globals';
import { createCoalescer } from '../src/index.ts';

/** Longer than a test takes: nothing behind a burst is handed over by itself meanwhile. */
const LONG_MS = 600_000;
const newest = (_: number, later: number) => later;

test('a few items are handed over before add returns, and those of other keys too', async () => {
  const handed: string[] = [];
  const coalescer = createCoalescer<string, number>({
    burst: 3,
    everyMs: LONG_MS,
    merge: newest,
    handOver: async (key, item) => {
      handed.push(`${key} ${item}`);
    },
  });
  for (const item of [1, 2, 3]) {
    expect(coalescer.isPaced('a')).toBe(false);
    const done = coalescer.add('a', item);
    expect(handed).toContain(`a ${item}`);
    await done;
  }
  expect(coalescer.isPaced('a')).toBe(true);
  expect(coalescer.isPaced('b')).toBe(false);
  await coalescer.add('b', 1);
  expect(handed).toEqual(['a 1', 'a 2', 'a 3', 'b 1']);
});

test('of many items the last is always handed over, and few of the others', async () => {
  const handed: number[] = [];
  const coalescer = createCoalescer<string, number>({
    burst: 2,
    everyMs: 20,
    merge: newest,
    handOver: async (_, item) => {
      handed.push(item);
    },
  });
  const all: Promise<void>[] = [];
  for (let item = 1; item <= 100; item += 1) all.push(coalescer.add('a', item));
  await Promise.all(all);
  expect(handed.at(-1)).toBe(100);
  expect(handed.length).toBeLessThan(10);
});

test('an item that comes while its key is handed over waits for it, and gets its own failure', async () => {
  const gate = Promise.withResolvers<void>();
  const handed: number[][] = [];
  const coalescer = createCoalescer<string, number[]>({
    burst: 5,
    everyMs: 1,
    merge: (first, second) => [...first, ...second],
    async handOver(_, items) {
      handed.push(items);
      await gate.promise;
      if (items.includes(2)) throw new Error('lost');
    },
  });
  const first = coalescer.add('a', [1]);
  const later = [coalescer.add('a', [2]), coalescer.add('a', [3])];
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(handed).toEqual([[1]]);
  gate.resolve();
  await first;
  for (const failed of later) await expect(failed).rejects.toThrow('lost');
  await coalescer.add('a', [4]);
  expect(handed).toEqual([[1], [2, 3], [4]]);
});
