import { expect, test } from '@jest/globals';
import { createSerialBatcher } from '../src/index.ts';

const refusal = () => new Error('waited too long');

test('who waits too long behind a slow batch is refused and never handed over; the others go in order', async () => {
  const handed: number[][] = [];
  const slow = Promise.withResolvers<void>();
  const batcher = createSerialBatcher<number, number>(
    10,
    async (items) => {
      handed.push(items);
      if (items.includes(1)) await slow.promise;
      return items.map((item) => item * 10);
    },
    { patience: { maxWaitMs: 50, refusal } },
  );
  const first = batcher.add(1);
  await Promise.resolve();
  const late = [2, 3].map((item) => batcher.add(item));
  expect((await Promise.allSettled(late)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(late[0]).rejects.toThrow('waited too long');
  const patient = [4, 5].map((item) => batcher.add(item));
  slow.resolve();
  expect(await Promise.all([first, ...patient])).toEqual([10, 40, 50]);
  expect(handed).toEqual([[1], [4, 5]]);
  await batcher.idle();
  expect(batcher.size()).toBe(0);
});

test('a batch that fails is told to all of it and to nobody else', async () => {
  const batcher = createSerialBatcher<number, number>(2, async (items) => {
    if (items.includes(3)) throw new Error('no threes');
    return items;
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
});
