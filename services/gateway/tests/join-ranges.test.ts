import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinRanges, type UserRange } from '../src/upstream/join-ranges.ts';

const range = fc
  .record({
    userId: fc.constantFrom(1, 2),
    conversationId: fc.constantFrom(1, 2),
    afterSeq: fc.nat(12),
    length: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ length, ...rest }): UserRange => ({ ...rest, upToSeq: rest.afterSeq + length }));

const keyOf = ({ userId, conversationId }: UserRange) => `${conversationId} ${userId}`;
const covered = (ranges: readonly UserRange[]) =>
  new Set(
    ranges.flatMap((one) =>
      Array.from({ length: one.upToSeq - one.afterSeq }, (_, place) => `${keyOf(one)} ${one.afterSeq + 1 + place}`),
    ),
  );

describe('delivered ranges', () => {
  test('are joined to one for each marker, with exactly the same messages, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (ranges) => {
        const { joined, apart } = joinRanges(ranges);
        expect(new Set(joined.map(keyOf)).size).toBe(joined.length);
        expect(covered([...joined, ...apart])).toEqual(covered(ranges));
        for (const entry of joined) {
          const [first, ...others] = ranges.filter((one) => keyOf(one) === keyOf(entry));
          expect(first).toBeDefined();
          if (others.length === 0) expect(entry).toEqual(first);
        }
      }),
    );
  });

  test('that follow each other without a gap are one', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = places.sort((a, b) => a - b);
        const ranges = ends.map((upToSeq, at) => ({
          userId: 1,
          conversationId: 1,
          afterSeq: ends[at - 1] ?? 0,
          upToSeq,
        }));
        expect(joinRanges(ranges)).toEqual({
          joined: [{ userId: 1, conversationId: 1, afterSeq: 0, upToSeq: ends.at(-1) }],
          apart: [],
        });
      }),
    );
  });
});
