import { startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { FALTERING, STEADY } from './domain/attempt-limits.ts';
import { type ClaimedPush, claimPushes } from './store/claims.ts';
import { release } from './store/outcomes.ts';
import { type Deliverable, selectDeliverable } from './use-cases/judge-pushes.ts';
import { sendPush } from './use-cases/send-push.ts';

/** Delivers what is due, for as long as it runs. Any number of instances share the work. */
export interface Delivery {
  /** Something may be due now. */
  wake(): void;
  /** Takes nothing more, gives what is under way a few seconds, and hands the rest back. */
  stop(): Promise<void>;
}

/** How long a push taken is left to who took it; more than checks (3 s), attempt (10 s) and record (5 s) can last. */
const LEASE_SECONDS = 30;
/** How often due pushes are looked for when nothing tells of them, in milliseconds. */
const POLL_MS = 1_000;
/** What is due again within this time is looked for then, this much later: the database's clock said when. */
const WAKE_WITHIN_SECONDS = 60;
const WAKE_MARGIN_MS = 20;
/** Seconds until pushes in hand are due again when a service that has to be asked is away. */
const AWAY_SECONDS = 2;
/** What is under way at the stop has this long, in milliseconds; a process is given 8 s in all. */
const STOP_MS = 4_000;

/** Starts the delivery. */
export function startDelivery(context: Context): Delivery {
  const interrupting = new AbortController();
  const underWay = new Map<ClaimedPush, Promise<void>>();
  let stopping = false;
  const loop = startLoop({
    name: 'deliver pushes',
    everyMs: POLL_MS,
    logger: context.logger,
    run: async () => !stopping && takeRound(),
  });

  /** So that the first attempts again are made when they are due, and not up to a look later. */
  function wakeIn(seconds: number): void {
    if (seconds <= WAKE_WITHIN_SECONDS) setTimeout(loop.wake, seconds * 1_000 + WAKE_MARGIN_MS).unref();
  }

  /** Takes due pushes and starts their attempts. False when there was nothing to take or no room for it. */
  async function takeRound(): Promise<boolean> {
    const ofSteady = await take(false);
    const ofFaltering = await take(true);
    return ofSteady || ofFaltering;
  }

  async function take(faltering: boolean): Promise<boolean> {
    const share = faltering ? FALTERING : STEADY;
    const attempts = [...underWay.keys()];
    const limit = share.slots - attempts.filter((push) => push.faltering === faltering).length;
    if (limit === 0) return false;
    const claimed = await claimPushes(context.database, {
      faltering,
      share,
      limit,
      underWay: attempts,
      leaseSeconds: LEASE_SECONDS,
    });
    if (claimed.length === 0) return false;
    context.crash.here('notifications.pushes-claimed');
    for (const deliverable of await select(claimed)) attempt(deliverable);
    return true;
  }

  async function select(claimed: ClaimedPush[]): Promise<Deliverable[]> {
    try {
      return await selectDeliverable(context, claimed);
    } catch (error) {
      const ids = claimed.map((push) => push.id);
      await release(context.database, ids, AWAY_SECONDS);
      throw error;
    }
  }

  function attempt(deliverable: Deliverable): void {
    const { push } = deliverable;
    const done = sendPush(context, deliverable, interrupting.signal)
      .then((retryInSeconds) => {
        if (retryInSeconds !== undefined) wakeIn(retryInSeconds);
      })
      .catch((error: unknown) => {
        // The lease brings it back, under the same webhook-id.
        context.logger.error({ err: error, push_id: push.id }, 'the end of a push could not be recorded');
      })
      .finally(() => {
        underWay.delete(push);
        // There may be room now for what had none.
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
