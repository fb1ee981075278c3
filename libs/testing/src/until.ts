import { setTimeout as delay } from 'node:timers/promises';

/** How often a condition is looked at, in milliseconds. */
const INTERVAL_MS = 10;

/**
 * Waits until `condition` gives something truthy and returns it.
 *
 * @throws Error naming `what` when that takes longer than `withinMs`.
 */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  withinMs = 10_000,
): Promise<NonNullable<Exclude<Value, false>>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<Exclude<Value, false>>;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await delay(INTERVAL_MS);
  }
}
