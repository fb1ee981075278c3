import { createHash } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';

/** The environment variable that holds how much slower this machine is than the one on which deadlines were chosen. */
export const SLOWNESS = 'VESTNIK_TEST_SLOWNESS';

/** Milliseconds that `work` takes on the machine on which deadlines were chosen, while that machine is idle. */
const REFERENCE_MS = 25;
const ROUNDS = 10;
/** Beyond this a deadline says nothing any more. */
const SLOWEST = 30;

/** Measures how much slower this machine is now than the reference; at least 1. */
export function measureSlowness(): number {
  const since = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) work();
  const tookMs = (performance.now() - since) / ROUNDS;
  return Math.min(SLOWEST, Math.max(1, tookMs / REFERENCE_MS));
}

/**
 * Stretches a deadline to this machine: `ms` on an idle machine as fast as the reference, more on a slower one and on one
 * that has more work than processors. Outside of a test run `ms` as it is.
 */
export function patience(ms: number): number {
  const measured = process.env[SLOWNESS];
  if (measured === undefined) return ms;
  const busy = (2 * (loadavg()[0] ?? 0)) / availableParallelism();
  return ms * Math.min(SLOWEST, Math.max(1, Number(measured), busy));
}

function work(): void {
  let bytes = Buffer.alloc(16 * 1024);
  for (let count = 0; count < 300; count += 1) {
    bytes = Buffer.concat([createHash('sha256').update(bytes).digest(), bytes.subarray(32)]);
  }
}
