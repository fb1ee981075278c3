import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { createRateLimits, type RateLimits } from '../src/limits/rate-limits.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  for (const limits of created.splice(0)) limits.stop();
  jest.useRealTimers();
});

const created: RateLimits[] = [];
function limitsOf(refusedTokensPerMinute: string): RateLimits {
  const required = { NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32) };
  const settings = { ...required, LIMIT_REFUSED_TOKENS_PER_MINUTE: refusedTokensPerMinute };
  const limits = createRateLimits(readConfig(settings).limits);
  created.push(limits);
  return limits;
}

test('an address is refused for what is left of the minute since its first refused token, and no other is', () => {
  const limits = limitsOf('3');
  for (let guess = 0; guess < 3; guess += 1) {
    expect(limits.refusal('a')).toBeUndefined();
    limits.noteRefusedToken('a');
    jest.advanceTimersByTime(5_000);
  }
  expect(limits.refusal('a')).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 45 });
  expect(limits.refusal('b')).toBeUndefined();
  jest.advanceTimersByTime(44_999);
  expect(limits.refusal('a')).toMatchObject({ retryAfterSeconds: 1 });
  jest.advanceTimersByTime(1);
  expect(limits.refusal('a')).toBeUndefined();
  limits.noteRefusedToken('a');
  expect(limits.refusal('a')).toBeUndefined();
});

test('without a limit no address is ever refused', () => {
  const limits = limitsOf('0');
  for (let guess = 0; guess < 10_000; guess += 1) limits.noteRefusedToken('a');
  expect(limits.refusal('a')).toBeUndefined();
});
