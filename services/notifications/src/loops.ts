import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { settleHeld } from './use-cases/settle-held-pushes.ts';

/** How often held pushes are looked at, in milliseconds. */
const INTERVAL_MS = 1_000;

/** Looks at held pushes again and again. Several instances may look at the same one; the first end counts. */
export function startSettling(context: Context): Loop {
  return startLoop({
    name: 'settle held pushes',
    everyMs: INTERVAL_MS,
    logger: context.logger,
    run: () => settleHeld(context),
  });
}
