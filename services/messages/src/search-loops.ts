import { setTimeout as delay } from 'node:timers/promises';
import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Context } from './context.ts';
import { startWalk } from './store/search-walk.ts';
import { indexChanges } from './use-cases/index-changes.ts';
import { walkSearchIndex } from './use-cases/walk-search-index.ts';

/** Milliseconds between two looks for edited and deleted messages of other instances. */
const CHANGES_INTERVAL_MS = 300;
/** Milliseconds between two looks for a walk that was started elsewhere. */
const WALK_INTERVAL_MS = 1_000;

/**
 * Starts the loops that keep the search index complete, beside the event of stored messages. Each start of an instance begins a
 * walk over all conversations, so no loss of events lasts longer than that.
 */
export function startSearchLoops(context: Pick<Context, 'database'>, logger: Logger): Loop[] {
  let isWalkStarted = false;
  const changes = startLoop({
    name: 'index changed messages',
    everyMs: CHANGES_INTERVAL_MS,
    logger,
    run: () => indexChanges(context),
  });
  const walk = startLoop({
    name: 'walk over the search index',
    everyMs: WALK_INTERVAL_MS,
    logger,
    async run() {
      if (!isWalkStarted) await startWalk(context.database, false);
      isWalkStarted = true;
      const begun = performance.now();
      const more = await walkSearchIndex(context);
      // The walk rests as long as it works, so that it leaves room for what users wait for.
      if (more) await delay(performance.now() - begun);
      return more;
    },
  });
  return [changes, walk];
}
