import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createReadLimiter } from '../src/limits/read-limiter.ts';
import { ClientCaller } from '../src/upstream/caller.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const READER = { userId: 1, companyId: 1, companyRole: undefined };

/** Work that is done when it is told to be. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { begun, work, end };
}

test('so many queries of one user run at once, in the order asked, and other users do not wait for them', async () => {
  const limiter = createReadLimiter(() => undefined, 2);
  const { begun, work, end } = createWork();
  const done = ['a', 'b', 'c', 'd'].map((name) => limiter.run({ userId: 1 }, work(name)));
  const other = limiter.run({ userId: 2 }, work('other'));
  expect(begun).toEqual(['a', 'b', 'other']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'other', 'c']);
  for (const name of ['a', 'c', 'd', 'other']) await end(name);
  expect(begun).toEqual(['a', 'b', 'other', 'c', 'd']);
  expect(await Promise.all([...done, other])).toEqual(['a', 'b', 'c', 'd', 'other']);
});

test('a query that fails frees its slot', async () => {
  const limiter = createReadLimiter(() => undefined, 1);
  const failed = limiter.run({ userId: 1 }, () => Promise.reject(new Error('no')));
  const next = limiter.run({ userId: 1 }, async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('a query holds its slot until its answer has left, also when the query failed', async () => {
  const limiter = createReadLimiter(() => undefined, 1);
  const reader = new ClientCaller(READER, 'request', undefined);
  const { begun, work, end } = createWork();
  await expect(limiter.run(reader, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const next = limiter.run({ userId: 1 }, work('next'));
  expect([reader.holds, begun]).toEqual([true, []]);
  reader.answered();
  expect(begun).toEqual([]);
  await jest.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['next']);
  await end('next');
  expect(await next).toBe('next');
});

test('a query whose caller was answered meanwhile frees its slot', async () => {
  const limiter = createReadLimiter(() => undefined, 1);
  const reader = new ClientCaller(READER, 'request', undefined);
  reader.answered();
  expect(await limiter.run(reader, async () => 'late')).toBe('late');
  expect(await limiter.run({ userId: 1 }, async () => 'next')).toBe('next');
});

test('a query that waited too long is refused, and the queries behind it lose nothing', async () => {
  const limiter = createReadLimiter(() => undefined, 1);
  const { begun, work, end } = createWork();
  const slow = limiter.run({ userId: 1 }, work('slow'));
  const late = limiter.run({ userId: 1 }, work('late'));
  const refused = expect(late).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
  await jest.advanceTimersByTimeAsync(3_000);
  const last = limiter.run({ userId: 1 }, work('last'));
  await end('slow');
  await refused;
  await end('last');
  expect(begun).toEqual(['slow', 'last']);
  await Promise.all([slow, last]);
});
