import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CompactSet, holds, sizeOf, withItem, withoutItem } from '../src/rooms/compact-set.ts';

const step = fc.record({ adds: fc.boolean(), item: fc.nat(60) });

test('a compact set holds what a Set holds, small and large', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, beginsLarge) => {
      const begin = beginsLarge ? Array.from({ length: 40 }, (_, index) => index) : [];
      const expected = new Set<number>();
      let set: CompactSet<number> = [];
      for (const { adds, item } of [...begin.map((item) => ({ adds: true, item })), ...steps]) {
        set = adds ? withItem(set, item) : withoutItem(set, item);
        if (adds) expected.add(item);
        else expected.delete(item);
        expect(sizeOf(set)).toBe(expected.size);
        expect(holds(set, item)).toBe(adds);
      }
      expect(new Set(set)).toEqual(expected);
    }),
  );
});

test('100,000 items are added and removed in linear time', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => index);
  const begun = performance.now();
  let set: CompactSet<number> = [];
  for (const item of items) set = withItem(set, item);
  for (const item of items) set = withoutItem(set, item);
  expect(sizeOf(set)).toBe(0);
  // A list would take a minute.
  expect(performance.now() - begun).toBeLessThan(2_000);
});
