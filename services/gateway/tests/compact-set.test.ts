import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CompactSet,
  holds,
  LIST_LENGTH,
  sizeOf,
  withItem,
  withItems,
  withoutItem,
} from '../src/rooms/compact-set.ts';

const step = fc.record({ adds: fc.boolean(), item: fc.nat(LIST_LENGTH + 60) });

test('a compact set holds what a Set holds, small and large', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, beginsLarge) => {
      const begin = beginsLarge ? Array.from({ length: LIST_LENGTH + 8 }, (_, index) => index) : [];
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

test('many new items at once are the same as one after the other', () => {
  fc.assert(
    fc.property(fc.nat(LIST_LENGTH), fc.nat(LIST_LENGTH), (before, added) => {
      const items = Array.from({ length: before + added }, (_, index) => index);
      const set = withItems(withItems([], items.slice(0, before)), items.slice(before));
      expect([...set]).toEqual(items);
      expect(Array.isArray(set)).toBe(items.length <= LIST_LENGTH);
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
