import { setTimeout as delay } from 'node:timers/promises';
import { patience } from './slowness.ts';

/** How often a condition is looked at, in milliseconds. */
const INTERVAL_MS = 10;

/**
 * Waits until `condition` gives something truthy and returns it. The time is that of an idle machine; on a slower or busier
 * one the wait is longer.
 *
 * @throws Error naming `what` when that takes longer than `withinMs`.
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  withinMs = 20_000,
): Promise<NonNullable<Exclude<Value, false>>> {
  const since = Date.now();
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<Exclude<Value, false>>;
    const waitedMs = Date.now() - since;
    if (waitedMs > withinMs && waitedMs > patience(withinMs)) {
      throw new Error(`waited ${waitedMs} ms in vain until ${what}`);
    }
    await delay(INTERVAL_MS);
  }
}
