import { afterEach, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { tokensOfBytes } from '../src/limits/byte-cost.ts';
import type { FrameMeter, FrameVerdict } from '../src/limits/frame-meter.ts';
import { createRateLimits, type RateLimits } from '../src/limits/rate-limits.ts';

const created: RateLimits[] = [];
afterEach(() => {
  for (const limits of created.splice(0)) limits.stop();
});

function limitsOf(settings: Record<string, string> = {}): RateLimits {
  const limits = createRateLimits(
    readConfig({ NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32), ...settings }).limits,
  );
  created.push(limits);
  return limits;
}

/** Lets a session send so many frames a second, until it is closed or the time is over. */
function play(meter: FrameMeter, perSecond: number, seconds: number, from = Date.now()) {
  const verdicts: Record<FrameVerdict, number> = { pass: 0, refuse: 0, close: 0 };
  for (let count = 0; count < perSecond * seconds; count += 1) {
    const verdict = meter.take(from + (count * 1_000) / perSecond);
    verdicts[verdict] += 1;
    if (verdict === 'close') return { ...verdicts, closedAfter: count / perSecond };
  }
  return { ...verdicts, closedAfter: undefined };
}

test('a session that sends 20 times the rate is closed within 5 s, however the seconds fall', () => {
  const limits = limitsOf();
  const now = Date.now();
  for (let quietMs = 0; quietMs < 1_000; quietMs += 25) {
    for (const secondsBefore of [0, 1, 4, 60]) {
      const meter = limits.meter(1 + quietMs * 100 + secondsBefore);
      expect(meter.take(now)).toBe('pass');
      expect(play(meter, 1_000, 20, now + secondsBefore * 1_000 + quietMs).closedAfter).toBeLessThanOrEqual(5);
    }
  }
});

test('a session that sends far less than that is refused beyond the rate, and never closed', () => {
  const played = play(limitsOf().meter(7), 500, 60);
  expect(played.closedAfter).toBeUndefined();
  expect(played.pass).toBeGreaterThan(500 + 59 * 50);
  expect(played.pass).toBeLessThanOrEqual(501 + 60 * 50);
});

test('a burst that is refused whole closes the session, and its own alone', () => {
  const limits = limitsOf({ LIMIT_FRAMES_BURST: '60', LIMIT_FRAMES_PER_SECOND: '20' });
  const [busy, quiet] = [limits.meter(7), limits.meter(7)];
  const now = Date.now();
  const verdicts = Array.from({ length: 121 }, () => busy.take(now));
  expect(verdicts.filter((verdict) => verdict === 'pass')).toHaveLength(60);
  expect(verdicts.at(-1)).toBe('close');
  expect(quiet.take(now)).toBe('pass');
});

test('a frame of many bytes costs as many frames as it has parts of 4 KiB, and one of the largest size passes', () => {
  const meter = limitsOf().meter(7);
  const now = Date.now();
  const largest = tokensOfBytes(65_536);
  expect([0, 4_096, 4_097, 8_192].map(tokensOfBytes)).toEqual([1, 1, 2, 2]);
  let passed = 0;
  while (meter.take(now, largest) === 'pass') passed += 1;
  expect(passed).toBe(Math.ceil(500 / largest));
  expect(meter.take(now + 100, 1)).toBe('refuse');
  expect(meter.take(now + 1_000, largest)).toBe('pass');
});

test('a quiet session is not refused while another session of its user takes all of the rate', () => {
  const limits = limitsOf();
  const [flooding, quiet] = [limits.meter(7), limits.meter(7)];
  const start = Date.now();
  for (let ms = 0; ms < 4_000; ms += 1) {
    flooding.take(start + ms);
    if (ms % 100 === 99) expect(quiet.take(start + ms)).toBe('pass');
  }
});

test('a quiet session is not refused after a flooding session of its user has been closed', () => {
  const limits = limitsOf();
  const start = Date.now();
  for (let userId = 1; userId <= 10; userId += 1) {
    const [flooding, quiet] = [limits.meter(userId), limits.meter(userId)];
    expect(quiet.take(start)).toBe('pass');
    const closedAt = start + 1_000 + userId * 97;
    for (let at = start; at < closedAt; at += 1) flooding.take(at);
    flooding.close();
    for (let at = closedAt; at < closedAt + 20_000; at += 100) expect(quiet.take(at)).toBe('pass');
  }
});

test('all sessions of a user together have no more than the rate and its burst, and the tenth that modest ones may overdraw', () => {
  const limits = limitsOf();
  const meters = Array.from({ length: 20 }, () => limits.meter(7));
  const start = Date.now();
  let passed = 0;
  for (let ms = 0; ms < 4_000; ms += 5) for (const meter of meters) if (meter.take(start + ms) === 'pass') passed += 1;
  expect(passed).toBeLessThanOrEqual(500 + 50 + 4 * 50);
});

test('without a limit nothing is refused, and no session floods', () => {
  const meter = limitsOf({ LIMIT_FRAMES_PER_SECOND: '0' }).meter(7);
  expect(play(meter, 10_000, 10)).toMatchObject({ pass: 100_000, closedAfter: undefined });
});
