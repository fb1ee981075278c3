import { startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { type AttemptLimits, ISOLATED_LIMITS, REGULAR_LIMITS } from './domain/attempt-limits.ts';
import type { ClaimedPush } from './store/claims.ts';
import { claimPushes, type SendablePush } from './use-cases/claim-pushes.ts';
import { sendPush } from './use-cases/send-push.ts';

/** Sends due pushes for as long as it runs. Any number of instances share the work. */
export interface PushDispatcher {
  /** Looks for due pushes now. */
  wake(): void;
  /** Claims no more pushes, gives the attempts under way a few seconds, and releases the pushes that are left. */
  stop(): Promise<void>;
}

/** How often the dispatcher looks for due pushes when nothing wakes it, in milliseconds. */
const POLL_MS = 1_000;
/** The dispatcher wakes for a retry that is due within this time. Longer waits are left to the polls. */
const WAKE_WITHIN_SECONDS = 60;
/** The dispatcher wakes this much later, in milliseconds: the database's clock decides what is due. */
const WAKE_MARGIN_MS = 20;
/** The attempts under way at the stop have this long, in milliseconds; the process has 8 s in all. */
const STOP_MS = 4_000;

/** Starts the dispatcher. */
export function startPushDispatcher(context: Context): PushDispatcher {
  const interrupting = new AbortController();
  const underWay = new Map<ClaimedPush, Promise<void>>();
  let stopping = false;
  const loop = startLoop({
    name: 'dispatch pushes',
    everyMs: POLL_MS,
    logger: context.logger,
    run: async () => !stopping && (await dispatchRound()),
  });

  /** Makes the first retries when they are due, and not up to a poll later. */
  function wakeIn(seconds: number): void {
    if (seconds <= WAKE_WITHIN_SECONDS) setTimeout(loop.wake, seconds * 1_000 + WAKE_MARGIN_MS).unref();
  }

  /** Claims due pushes and starts their attempts. Returns false when no push was due or no slot was free. */
  async function dispatchRound(): Promise<boolean> {
    const regular = await dispatch(false, REGULAR_LIMITS);
    const isolated = await dispatch(true, ISOLATED_LIMITS);
    return regular || isolated;
  }

  async function dispatch(isolated: boolean, limits: AttemptLimits): Promise<boolean> {
    const attempts = [...underWay.keys()];
    const free = limits.total - attempts.filter((push) => push.isolated === isolated).length;
    if (free === 0) return false;
    const { claimed, sendable } = await claimPushes(context, { isolated, limits, limit: free, underWay: attempts });
    for (const push of sendable) attempt(push);
    return claimed > 0;
  }

  function attempt(sendable: SendablePush): void {
    const { push } = sendable;
    const done = sendPush(context, sendable, interrupting.signal)
      .then((retryInSeconds) => {
        if (retryInSeconds !== undefined) wakeIn(retryInSeconds);
      })
      .catch((error: unknown) => {
        // The lease ends, and another attempt is made under the same webhook-id.
        context.logger.error({ err: error, push_id: push.id }, 'the outcome of a push could not be recorded');
      })
      .finally(() => {
        underWay.delete(push);
        // A slot is free now.
        loop.wake();
      });
    underWay.set(push, done);
  }

  return {
    wake: loop.wake,
    async stop() {
      stopping = true;
      const timer = setTimeout(() => interrupting.abort(), STOP_MS);
      await loop.stop();
      await Promise.all(underWay.values());
      clearTimeout(timer);
    },
  };
}
