import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createTurns } from '../src/limits/turns.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

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

test('so much of one user is under way at once, in the order asked, and others do not wait for it', async () => {
  const turns = createTurns(2);
  const { begun, work, end } = createWork();
  const done = ['a', 'b', 'c', 'd'].map((name) => turns.take(1, work(name)));
  const other = turns.take(2, work('other'));
  expect(begun).toEqual(['a', 'b', 'other']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'other', 'c']);
  for (const name of ['a', 'c', 'd', 'other']) await end(name);
  expect(begun).toEqual(['a', 'b', 'other', 'c', 'd']);
  expect(await Promise.all([...done, other])).toEqual(['a', 'b', 'c', 'd', 'other']);
});

test('work that fails gives up its turn', async () => {
  const turns = createTurns(1);
  const failed = turns.take(1, () => Promise.reject(new Error('no')));
  const next = turns.take(1, async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('a turn that comes too late is not taken, and costs nobody behind it anything', async () => {
  const turns = createTurns(1);
  const { begun, work, end } = createWork();
  const slow = turns.take(1, work('slow'));
  const late = turns.take(1, work('late'));
  const refused = expect(late).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
  await jest.advanceTimersByTimeAsync(3_000);
  const last = turns.take(1, work('last'));
  await end('slow');
  await refused;
  await end('last');
  expect(begun).toEqual(['slow', 'last']);
  await Promise.all([slow, last]);
});
