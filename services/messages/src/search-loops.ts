import { setTimeout as delay } from 'node:timers/promises';
import { type Loop, startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Context } from './context.ts';
import type { WaitingMessages } from './search/waiting-messages.ts';
import { startWalk } from './store/search-walk.ts';
import { indexChanges } from './use-cases/index-changes.ts';
import { indexWaiting } from './use-cases/index-waiting.ts';
import { walkSearchIndex } from './use-cases/walk-search-index.ts';

/** Milliseconds between two looks for stored messages that have waited long enough. */
const WAITING_INTERVAL_MS = 250;
/** The loop of stored messages rests so many times as long as it works. So under load it takes a quarter of this thread at most. */
const RESTS = 3;
/** Milliseconds between two looks for edited and deleted messages of other instances. */
const CHANGES_INTERVAL_MS = 300;
/** Milliseconds between two looks for a walk that was started elsewhere. */
const WALK_INTERVAL_MS = 1_000;

/**
 * Starts the loops that keep the search index complete. A search reads messages that are not in the index yet from their table,
 * so the loops may fall behind under load. Each start of an instance begins a walk over all conversations, which indexes the
 * messages that waited in a process that died.
 */
export function startSearchLoops(context: Pick<Context, 'database'>, waiting: WaitingMessages, logger: Logger): Loop[] {
  let isWalkStarted = false;
  const stored = startLoop({
    name: 'index stored messages',
    everyMs: WAITING_INTERVAL_MS,
    logger,
    async run() {
      const begun = performance.now();
      const more = await indexWaiting(context, waiting);
      if (more) await delay(RESTS * (performance.now() - begun));
      return more;
    },
  });
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
  return [stored, changes, walk];
}
