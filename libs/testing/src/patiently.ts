import { setTimeout as delay } from 'node:timers/promises';
import { VestnikError } from '@vestnik/contracts';
import { patience } from './slowness.ts';

/** How long a request is repeated on an idle machine, in milliseconds. */
const WITHIN_MS = 20_000;
const PASSING = new Set(['unavailable', 'rate_limited']);

/** Repeats a request while the service refuses it for now: a busy machine may keep changes waiting for longer than they wait. */
export async function patiently<Result>(request: () => Promise<Result>): Promise<Result> {
  const since = performance.now();
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof VestnikError) || !PASSING.has(error.code)) throw error;
      if (performance.now() - since > patience(WITHIN_MS)) throw error;
      await delay((error.retryAfterSeconds ?? 1) * 1_000);
    }
  }
}
