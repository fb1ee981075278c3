import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { VestnikError } from '@vestnik/contracts';
import { readConfig } from '../src/config.ts';
import { type Admission, type AdmissionSlot, createAdmission } from '../src/limits/admission.ts';
import { createConcurrencyLimit } from '../src/limits/concurrency-limit.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const limitsOf = (settings: Record<string, string>) =>
  readConfig({ NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32), ...settings }).limits;
const admissionOf = (settings: Record<string, string>) => createAdmission(limitsOf(settings), () => undefined);

/** Attempts to enter. Reentered the admission slot, or the seconds after which to come again. */
async function attempt(admission: Admission): Promise<AdmissionSlot | number> {
  try {
    return await admission.enter();
  } catch (error) {
    if (!(error instanceof VestnikError) || error.code !== 'unavailable') throw error;
    return error.retryAfterSeconds ?? Number.NaN;
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

describe('the concurrency limit', () => {
  /** Opens as many at once as the limit allows, round after round; `tookMs` of so many at once. */
  function play(tookMs: (atOnce: number) => number) {
    const limit = createConcurrencyLimit(2_000);
    let now = 0;
    return {
      limit,
      for(rounds: number, took = tookMs) {
        for (let round = 0; round < rounds; round += 1) {
          const atOnce = limit.atOnce();
          const end = now + took(atOnce);
          for (let each = 0; each < atOnce; each += 1) limit.record(now, end, true);
          now = end;
        }
      },
    };
  }

  /** Services that take `baseMs`, and longer as soon as more than `capacity` are asked for at once. */
  const services = (baseMs: number, capacity: number) => (atOnce: number) => baseMs * Math.max(1, atOnce / capacity);

  test.each([
    ['near services', 20, 100],
    ['far services', 300, 100],
    ['fast services', 5, 500],
  ])('finds what can be borne, and does not go far beyond: %s', (_, baseMs, capacity) => {
    const game = play(services(baseMs, capacity));
    game.for(200);
    const longMs = Math.max(100, 4 * baseMs);
    expect(game.limit.atOnce()).toBeGreaterThanOrEqual(capacity * 0.7);
    expect(game.limit.atOnce()).toBeLessThanOrEqual(capacity * (longMs / baseMs) * 1.1);
  });

  test('falls when services become slow, to no less than 16, and grows again when they are well', () => {
    const game = play(services(20, 100));
    game.for(50);
    expect(game.limit.atOnce()).toBeGreaterThan(100);
    game.for(30, () => 3_000);
    expect(game.limit.atOnce()).toBe(16);
    game.for(200);
    expect(game.limit.atOnce()).toBeGreaterThan(100);
  });

  test('an opening that failed counts as a long one', () => {
    const limit = createConcurrencyLimit(1_000);
    const before = limit.atOnce();
    limit.record(0, 10, false);
    expect(limit.atOnce()).toBeLessThan(before);
  });
});

describe('admission', () => {
  test('so many open at once, so many wait in their order, one more is told when to come again', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS: '2', LIMIT_OPENINGS_WAITING: '3' });
    const entered: number[] = [];
    const openings = [await admission.enter(), await admission.enter()];
    const waiting = [1, 2, 3].map(async (name) => {
      const opening = await admission.enter();
      entered.push(name);
      return opening;
    });
    expect(admission.counts()).toMatchObject({ opening: 2, waiting: 3 });
    expect(await attempt(admission)).toBeGreaterThanOrEqual(1);
    expect(admission.refusal()?.code).toBe('unavailable');
    void admission.enter(true).then((opening) => opening.abandoned());
    expect(admission.counts().waiting).toBe(4);
    for (const opening of openings) opening.live();
    await jest.advanceTimersByTimeAsync(1);
    expect(entered).toEqual([1, 2]);
    expect(admission.refusal()).toBeUndefined();
    (await waiting[0])?.abandoned();
    (await waiting[1])?.failed();
    await jest.advanceTimersByTimeAsync(1);
    expect(entered).toEqual([1, 2, 3]);
    expect(admission.counts()).toMatchObject({ opening: 1, waiting: 0 });
  });

  test('a slot is given back once, however many calls end it', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS: '2' });
    const [first, second] = [await admission.enter(), await admission.enter()];
    first.live();
    first.abandoned();
    first.failed();
    expect(admission.counts().opening).toBe(1);
    second.abandoned();
    expect(admission.counts().opening).toBe(0);
  });

  test('who has waited too long is told when to come again; who came later still waits', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS: '1', LIMIT_OPENING_WAIT_SECONDS: '2' });
    await admission.enter();
    const early = attempt(admission);
    await jest.advanceTimersByTimeAsync(1_500);
    let late: AdmissionSlot | number | undefined;
    void attempt(admission).then((outcome) => (late = outcome));
    await jest.advanceTimersByTimeAsync(600);
    expect(await early).toBeGreaterThanOrEqual(1);
    expect(late).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1_500);
    expect(late).toBeGreaterThanOrEqual(1);
  });

  test('who is sent away is spread over the time that the openings take', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS_WAITING: '100' });
    for (let count = 0; count < 164; count += 1) void admission.enter();
    await jest.advanceTimersByTimeAsync(1);
    const seconds = await Promise.all(Array.from({ length: 8_000 }, () => attempt(admission)));
    const told = Map.groupBy(seconds.filter(isNumber), (each) => each);
    const sizes = [...told.values()].map(({ length }) => length);
    expect(told.size).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThan(2_500);
    expect(Math.max(...told.keys())).toBeLessThanOrEqual(10);
  });

  test('of 5,000 at once everybody is in within seconds when they come again as told, never more at once than borne', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS_WAITING: '500', LIMIT_OPENING_WAIT_SECONDS: '1' });
    let inside = 0;
    let away = 0;
    let most = 0;
    const client = async () => {
      for (;;) {
        const outcome = await attempt(admission);
        if (!isNumber(outcome)) {
          const { opening } = admission.counts();
          most = Math.max(most, opening);
          // Services that bear 50 at once.
          await new Promise((resolve) => setTimeout(resolve, 20 * Math.max(1, opening / 50)));
          outcome.live();
          inside += 1;
          return;
        }
        away += 1;
        await new Promise((resolve) => setTimeout(resolve, outcome * 1_000));
      }
    };
    for (let count = 0; count < 5_000; count += 1) void client();
    for (let seconds = 0; seconds < 15 && inside < 5_000; seconds += 1) await jest.advanceTimersByTimeAsync(1_000);
    expect(inside).toBe(5_000);
    expect(away).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(256);
    expect(admission.counts()).toMatchObject({ opening: 0, waiting: 0 });
  });

  test('when the gateway stops, who waits and who comes is told to come again', async () => {
    const admission = admissionOf({ LIMIT_OPENINGS: '1' });
    await admission.enter();
    const waiting = attempt(admission);
    admission.close();
    expect(await waiting).toBeGreaterThanOrEqual(1);
    expect(await attempt(admission)).toBeGreaterThanOrEqual(1);
  });
});
