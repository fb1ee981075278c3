import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from './context.ts';
import { settleHeld } from './use-cases/settle-held.ts';

/** Looks again at pushes that are held, for as long as it runs. */
export interface Settling {
  stop(): Promise<void>;
}

/** How often held pushes are looked at, in milliseconds. */
const INTERVAL_MS = 1_000;

/** Starts the settling. Several instances may look at the same push; the first end counts. */
export function startSettling(context: Context): Settling {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let more = false;
      try {
        more = await settleHeld(context);
      } catch (error) {
        context.logger.warn({ err: error }, 'held pushes wait');
      }
      if (!more) await delay(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
