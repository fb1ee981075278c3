import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import { beginLife } from './begin-life.ts';
import type { Context } from './context.ts';

/** Milliseconds between two looks whether the server of the database has started anew. */
const INTERVAL_MS = 1_000;

/**
 * Starts the loop that begins a life of the database soon after each start of its server. Where a restored backup has left the
 * former life, cursors from behind that place are unknown.
 */
export function startLifeLoop(context: Pick<Context, 'database'>, logger: Logger): Loop {
  return startLoop({
    name: 'begin a life of the database',
    everyMs: INTERVAL_MS,
    logger,
    run: () => beginLife(context),
  });
}
