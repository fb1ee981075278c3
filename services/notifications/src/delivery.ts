import { startLoop } from '@vestnik/lifecycle';
import type { Context } from './context.ts';
import { type ClaimedPush, claimPushes, release } from './store/deliveries.ts';
import { type Deliverable, selectDeliverable } from './use-cases/select-deliverable.ts';
import { sendPush } from './use-cases/send-push.ts';

/** Delivers what is due, for as long as it runs. Any number of instances share the work. */
export interface Delivery {
  /** Something may be due now. */
  wake(): void;
  /** Takes nothing more, gives what is under way a few seconds, and hands the rest back. */
  stop(): Promise<void>;
}

/** Attempts under way at once. */
const SLOTS = 32;
/** Pushes of one device taken at once; with as many under way none is taken, so there are at most 2 × this − 1. */
const PER_DEVICE = 4;
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
  const underWay = new Set<Promise<void>>();
  const underWayOfDevice = new Map<number, number>();
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
    const room = SLOTS - underWay.size;
    if (room === 0) return false;
    const busyDeviceIds = [...underWayOfDevice].filter(([, count]) => count >= PER_DEVICE).map(([id]) => id);
    const claimed = await claimPushes(context.database, {
      limit: room,
      perDevice: PER_DEVICE,
      busyDeviceIds,
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
    const { device_id, id } = deliverable.push;
    underWayOfDevice.set(device_id, (underWayOfDevice.get(device_id) ?? 0) + 1);
    const done: Promise<void> = sendPush(context, deliverable, interrupting.signal)
      .then((retryInSeconds) => {
        if (retryInSeconds !== undefined) wakeIn(retryInSeconds);
      })
      .catch((error: unknown) => {
        // The lease brings it back, under the same webhook-id.
        context.logger.error({ err: error, push_id: id }, 'the end of a push could not be recorded');
      })
      .finally(() => {
        const hadNoRoom = underWay.size === SLOTS || (underWayOfDevice.get(device_id) ?? 0) >= PER_DEVICE;
        underWay.delete(done);
        const left = (underWayOfDevice.get(device_id) ?? 1) - 1;
        if (left === 0) underWayOfDevice.delete(device_id);
        else underWayOfDevice.set(device_id, left);
        if (hadNoRoom) loop.wake();
      });
    underWay.add(done);
  }

  return {
    wake: loop.wake,
    async stop() {
      stopping = true;
      const timer = setTimeout(() => interrupting.abort(), STOP_MS);
      await loop.stop();
      await Promise.all(underWay);
      clearTimeout(timer);
    },
  };
}
