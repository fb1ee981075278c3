import { expect, test } from '@jest/globals';
import { createSharedReads } from '../src/limits/shared-reads.ts';

const USER = 7;

/** Queries that end when the test says so, each with its number. */
function createQueries() {
  const ends: ((isWell: boolean) => void)[] = [];
  const query = () =>
    new Promise<number>((resolve, reject) => {
      const number = ends.length + 1;
      ends.push((isWell) => (isWell ? resolve(number) : reject(new Error('away'))));
    });
  return { query, begun: () => ends.length, end: (number: number, isWell = true) => ends[number - 1]?.(isWell) };
}

test('one query of a user is under way, and all that come meanwhile share the next one', async () => {
  const reads = createSharedReads<number>();
  const { query, begun, end } = createQueries();
  const first = reads.read(USER, query);
  const later = Array.from({ length: 100 }, () => reads.read(USER, query));
  expect(begun()).toBe(1);
  end(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(begun()).toBe(2);
  end(2);
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  const afterwards = reads.read(USER, query);
  end(3);
  expect(await afterwards).toBe(3);
});

test('a query that fails does so for the callers that share it alone, and other users share none', async () => {
  const reads = createSharedReads<number>();
  const { query, begun, end } = createQueries();
  const first = reads.read(USER, query);
  const later = reads.read(USER, query);
  const other = reads.read(USER + 1, query);
  expect(begun()).toBe(2);
  end(2);
  expect(await other).toBe(2);
  end(1, false);
  await expect(first).rejects.toThrow('away');
  await Promise.resolve();
  end(3);
  expect(await later).toBe(3);
});
