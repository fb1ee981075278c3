import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import { presenceEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';

/**
 * Tells presence who is connected here: changes at once, in batches, and a beat for all that stays as it is. Has it say again
 * what this gateway may not have heard.
 */
export interface PresenceReporter {
  /** A user's first session opened, or last session closed. */
  note(userId: number, present: boolean): void;
  /** What presence announced may have been missed, as was noticed at that time. */
  missed(noticedAt: Date): void;
  start(): void;
  /** Tells presence that this gateway has gone. */
  stop(): Promise<void>;
}

/** Presence takes a gateway for dead that has not beaten for three times this long, in milliseconds. */
const BEAT_INTERVAL_MS = 2_000;
/** Wait before a report that failed is made again, in milliseconds. */
const RETRY_MS = 500;
/** Reports begin at least this far apart, in milliseconds; the first goes at once. */
const REPORT_PACE_MS = 100;
/** Users in one report at most. */
const REPORT_LIMIT = 5_000;

/** A loss of the bus may be noticed this much later, in milliseconds: at the second ping that is not answered. */
const NOTICED_WITHIN_MS = 20_000;

/** Creates the reporter of one gateway run. */
export function createPresenceReporter(bus: Bus, logger: Logger, gatewayId: string): PresenceReporter {
  /** Who is connected here. */
  const present = new Set<number>();
  /** Whose state presence has yet to be told. */
  const changed = new Set<number>();
  /** Who came and presence was not told; it is told even of who has gone meanwhile, and then of that. */
  const arrived = new Set<number>();
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  /** Since when announcements may have been missed. */
  let missedSince: Date | undefined;
  let reportedAt = Number.NEGATIVE_INFINITY;

  async function report(): Promise<void> {
    if (missedSince) {
      const since = missedSince;
      await bus.request(presenceEndpoints.announceAgain, { since: since.toISOString() });
      if (missedSince === since) missedSince = undefined;
    }
    while (changed.size > 0) {
      const restMs = reportedAt + REPORT_PACE_MS - performance.now();
      if (restMs > 0 && !stopped) await delay(restMs);
      reportedAt = performance.now();
      const batch = [...changed].slice(0, REPORT_LIMIT);
      const connected = batch.filter((userId) => arrived.has(userId) || present.has(userId));
      const disconnected = batch.filter((userId) => !arrived.has(userId) && !present.has(userId));
      const visitors = connected.filter((userId) => !present.has(userId));
      for (const userId of batch) {
        changed.delete(userId);
        arrived.delete(userId);
      }
      for (const userId of visitors) changed.add(userId);
      try {
        await bus.request(presenceEndpoints.reportUsers, { gateway_id: gatewayId, connected, disconnected });
      } catch (error) {
        // Saying the same again changes nothing, so what may or may not have arrived is said again.
        for (const userId of batch) changed.add(userId);
        for (const userId of visitors) arrived.add(userId);
        throw error;
      }
    }
  }

  async function beat(): Promise<void> {
    await report();
    const users = present.size;
    const { known } = await bus.request(presenceEndpoints.beatGateway, { gateway_id: gatewayId, users });
    // Somebody may have come or gone while the beat was under way; then the next beat tells.
    if (known || changed.size > 0 || users !== present.size) return;
    logger.warn('presence counts otherwise; reporting everybody again');
    await bus.request(presenceEndpoints.leaveGateway, { gateway_id: gatewayId });
    for (const userId of present) changed.add(userId);
    await report();
  }

  /** One thing at a time, so that reports arrive in order. */
  function work(task: () => Promise<void>): void {
    working ??= task().then(
      () => {
        working = undefined;
        if (changed.size > 0 || missedSince) work(report);
      },
      (error: unknown) => {
        working = undefined;
        logger.warn({ err: error }, 'presence cannot be told now');
        if (!stopped) setTimeout(() => work(report), RETRY_MS).unref();
      },
    );
  }

  return {
    note(userId, isPresent) {
      if (isPresent) {
        present.add(userId);
        arrived.add(userId);
      } else present.delete(userId);
      changed.add(userId);
      work(report);
    },
    missed(noticedAt) {
      missedSince ??= new Date(noticedAt.getTime() - NOTICED_WITHIN_MS);
      work(report);
    },
    start() {
      timer = setInterval(() => work(beat), BEAT_INTERVAL_MS);
      work(beat);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await working;
      await bus
        .request(presenceEndpoints.leaveGateway, { gateway_id: gatewayId }, { timeoutMs: 1_000 })
        .catch((error: unknown) => logger.warn({ err: error }, 'presence was not told that this gateway stops'));
    },
  };
}
