import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from '../src/limits/token-bucket.ts';

const PER_SECOND = 10;
const BURST = 5;

test('so many pass at once, the next one a whole token later, and who is refused is told when', () => {
  const bucket = createTokenBucket(PER_SECOND, BURST, 0);
  for (let taken = 0; taken < BURST; taken += 1) expect(bucket.take(0)).toBe(0);
  expect(bucket.take(0)).toBe(1 / PER_SECOND);
  expect(bucket.take(99)).toBeCloseTo(0.001, 9);
  expect(bucket.take(100)).toBe(0);
  expect(bucket.take(100)).toBeCloseTo(1 / PER_SECOND, 9);
});

test('what is spent besides is owed, and a bucket is full again when all of it is there', () => {
  const bucket = createTokenBucket(PER_SECOND, BURST, 0);
  expect(bucket.take(0)).toBe(0);
  bucket.spend(BURST);
  expect(bucket.take(0)).toBeCloseTo(2 / PER_SECOND, 9);
  expect(bucket.take(199)).toBeGreaterThan(0);
  expect(bucket.isFull(599)).toBe(false);
  expect(bucket.isFull(600)).toBe(true);
});

test('whenever they come, never more pass in any stretch of time than the burst and the rate allow', () => {
  const rates = fc.record({ perSecond: fc.integer({ min: 1, max: 200 }), burst: fc.integer({ min: 1, max: 20 }) });
  const waits = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })), { maxLength: 100 });
  fc.assert(
    fc.property(rates, waits, ({ perSecond, burst }, pauses) => {
      const bucket = createTokenBucket(perSecond, burst, 0);
      const passed: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        if (bucket.take(now) === 0) passed.push(now);
      }
      for (const [from, start] of passed.entries()) {
        for (const [to, end] of passed.entries()) {
          if (to < from) continue;
          expect(to - from + 1).toBeLessThanOrEqual(burst + (perSecond * (end - start)) / 1_000 + 1e-6);
        }
      }
    }),
  );
});

test('who comes back when they were told passes, and not before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }), (perSecond, burst) => {
      const bucket = createTokenBucket(perSecond, burst, 0);
      for (let taken = 0; taken < burst; taken += 1) bucket.take(0);
      const dueMs = bucket.take(0) * 1_000;
      expect(bucket.take(dueMs - 0.1)).toBeGreaterThan(0);
      expect(bucket.take(dueMs + 0.001)).toBe(0);
    }),
  );
});
