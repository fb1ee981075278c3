import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls a condition until it holds.
 * @param deadlineMs milliseconds to try
 * @returns whether the condition held in time
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
  everyMs = 25,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await delay(everyMs);
  }
}
