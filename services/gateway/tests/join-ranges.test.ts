import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinRanges, type Reached } from '../src/upstream/join-ranges.ts';
import type { ConnectedUser } from '../src/users/connected-user.ts';
import { createConnectedUser } from './live-support.ts';

const users = [1, 2].map(createConnectedUser);

const stretch = fc
  .record({
    user: fc.constantFrom(...users),
    conversationId: fc.constantFrom(1, 2),
    afterSeq: fc.nat(12),
    length: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ length, ...rest }): Reached => ({ ...rest, upToSeq: rest.afterSeq + length }));

const keyOf = ({ user, conversationId }: Reached) => `${conversationId} ${user.userId}`;
const covered = (stretches: readonly Reached[]) =>
  new Set(
    stretches.flatMap((one) =>
      Array.from({ length: one.upToSeq - one.afterSeq }, (_, place) => `${keyOf(one)} ${one.afterSeq + 1 + place}`),
    ),
  );

describe('stretches that are reported', () => {
  test('name each marker once and exactly the messages that reached somebody, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 20 }), (reached) => {
        const { entries, apart } = joinRanges(reached);
        expect(new Set(entries.map(keyOf)).size).toBe(entries.length);
        expect(covered([...entries, ...apart])).toEqual(covered(reached));
        for (const entry of entries) {
          const [first, ...others] = reached.filter((one) => keyOf(one) === keyOf(entry));
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
        const [user] = users as [ConnectedUser];
        const reached = ends.map((upToSeq, at) => ({ user, conversationId: 1, afterSeq: ends[at - 1] ?? 0, upToSeq }));
        expect(joinRanges(reached)).toEqual({
          entries: [{ user, conversationId: 1, afterSeq: 0, upToSeq: ends.at(-1) }],
          apart: [],
        });
      }),
    );
  });
});
