import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { createRefusedTokens, type RefusedTokens } from '../src/limits/refused-tokens.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  for (const limit of created.splice(0)) limit.stop();
  jest.useRealTimers();
});

const created: RefusedTokens[] = [];
function limitOf(refusedTokensPerMinute: string): RefusedTokens {
  const required = { NATS_URL: 'nats://bus', JWT_SECRET: 'x'.repeat(32) };
  const settings = { ...required, LIMIT_REFUSED_TOKENS_PER_MINUTE: refusedTokensPerMinute };
  const limit = createRefusedTokens(readConfig(settings).limits.refusedTokensPerMinute, () => undefined);
  created.push(limit);
  return limit;
}

test('refused tokens of an address are limited for what is left of the minute since the first of them, and those of no other address', () => {
  const limit = limitOf('3');
  for (let guess = 0; guess < 3; guess += 1) {
    expect(limit.refuse('a')).toMatchObject({ code: 'unauthorized' });
    jest.advanceTimersByTime(5_000);
  }
  expect(limit.refuse('a')).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 45 });
  expect(limit.refuse('b')).toMatchObject({ code: 'unauthorized' });
  jest.advanceTimersByTime(44_999);
  expect(limit.refuse('a')).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
  jest.advanceTimersByTime(1);
  expect(limit.refuse('a')).toMatchObject({ code: 'unauthorized' });
});

test('without a limit every refused token is unauthorized', () => {
  const limit = limitOf('0');
  for (let guess = 0; guess < 10_000; guess += 1) expect(limit.refuse('a').code).toBe('unauthorized');
});
