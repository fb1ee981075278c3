import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createOrderedChanges } from '../src/sessions/ordered-changes.ts';

const change = fc.record({
  thing: fc.constantFrom('a', 'b', 'c'),
  pauseMs: fc.nat(3),
  durationMs: fc.nat(3),
  fails: fc.boolean(),
});

test('changes of one thing run one after the other in the order of coming, and each gets its own result', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 15 }), async (changes) => {
      const order = createOrderedChanges();
      const begun = new Map<string, number[]>();
      const underWay = new Set<string>();
      const outcomes = [];
      for (const [index, { thing, pauseMs, durationMs, fails }] of changes.entries()) {
        if (pauseMs > 2) await delay(1);
        outcomes.push(
          order.run(thing, async () => {
            expect(underWay.has(thing)).toBe(false);
            underWay.add(thing);
            begun.set(thing, [...(begun.get(thing) ?? []), index]);
            await delay(durationMs);
            underWay.delete(thing);
            if (fails) throw new Error(String(index));
            return index;
          }),
        );
      }
      const settled = await Promise.allSettled(outcomes);
      for (const [index, outcome] of settled.entries()) {
        if (changes[index]?.fails) expect(outcome).toMatchObject({ reason: new Error(String(index)) });
        else expect(outcome).toMatchObject({ value: index });
      }
      for (const indexes of begun.values()) expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      await delay(1);
      expect(order.size()).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test('changes of different things do not wait for each other', async () => {
  const order = createOrderedChanges();
  const first = Promise.withResolvers<void>();
  const slow = order.run('slow', () => first.promise);
  expect(await order.run('other', async () => 'done')).toBe('done');
  first.resolve();
  await slow;
});

test('a change that cannot begin in time is refused and does not happen later', async () => {
  const order = createOrderedChanges(10);
  const first = Promise.withResolvers<void>();
  const slow = order.run('thing', () => first.promise);
  let hasRun = false;
  const late = order.run('thing', async () => {
    hasRun = true;
  });
  await delay(30);
  first.resolve();
  await slow;
  await expect(late).rejects.toMatchObject({ code: 'unavailable' });
  expect(hasRun).toBe(false);
  expect(await order.run('thing', async () => 'next')).toBe('next');
});
