import { expect, test } from '@jest/globals';
import { createSerialBatcher } from '../src/index.ts';

test('a batch that fails is told to all of it and to nobody else', async () => {
  const batcher = createSerialBatcher<number, number>(2, async (items) => {
    if (items.includes(3)) throw new Error('no threes');
    return items;
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
});
