import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import { presenceEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';

/**
 * Reports the connected users of this gateway to presence: changes at once, in batches, and a beat for all users that stay.
 * Also asks presence to announce again what this gateway may have missed.
 */
export interface PresenceReporter {
  /** Takes that a user's first session has opened, or the last one has closed. */
  note(userId: number, present: boolean): void;
  /** Takes that all sessions of a connected user are idle, or no longer are. */
  noteIdle(userId: number, isIdle: boolean): void;
  /** Takes that announcements of presence may have been missed, as this gateway noticed at that time. */
  missed(noticedAt: Date): void;
  start(): void;
  /** Reports to presence that this gateway has stopped. */
  stop(): Promise<void>;
}

/** Presence takes a gateway for dead after three times this long without a beat, in milliseconds. */
const BEAT_INTERVAL_MS = 2_000;
/** Wait before a failed report is sent again, in milliseconds. */
const RETRY_MS = 500;
/** Reports begin at least this far apart, in milliseconds. The first one goes at once. */
const REPORT_PACE_MS = 100;
/** Users in one report at most. */
const REPORT_LIMIT = 5_000;

/** A gateway may notice a loss of the bus this much later, in milliseconds: at the second ping without an answer. */
const NOTICED_WITHIN_MS = 20_000;

/** Creates the reporter of one gateway run. */
export function createPresenceReporter(bus: Bus, logger: Logger, gatewayId: string): PresenceReporter {
  /** The users who are connected here. */
  const present = new Set<number>();
  /** Those of them with idle sessions alone. */
  const idle = new Set<number>();
  /** Users whose state is not reported yet. */
  const changed = new Set<number>();
  /** Users who connected and are not reported yet, also those who have disconnected since: presence gets both, in order. */
  const arrived = new Set<number>();
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  /** The time since which announcements may have been missed. */
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
        await bus.request(presenceEndpoints.reportUsers, {
          gateway_id: gatewayId,
          connected,
          disconnected,
          idle: connected.filter((userId) => idle.has(userId)),
        });
      } catch (error) {
        // The report may have arrived. A repeated report changes nothing.
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
    // A user may have connected or disconnected during the beat. Then the next beat counts.
    if (known || changed.size > 0 || users !== present.size) return;
    logger.warn('presence counts otherwise; reporting every user again');
    await bus.request(presenceEndpoints.leaveGateway, { gateway_id: gatewayId });
    for (const userId of present) changed.add(userId);
    await report();
  }

  /** Runs one task at a time, so that reports arrive in order. */
  function work(task: () => Promise<void>): void {
    working ??= task().then(
      () => {
        working = undefined;
        if (changed.size > 0 || missedSince) work(report);
      },
      (error: unknown) => {
        working = undefined;
        logger.warn({ err: error }, 'presence cannot be reported to now');
        if (!stopped) setTimeout(() => work(report), RETRY_MS).unref();
      },
    );
  }

  return {
    note(userId, isPresent) {
      if (isPresent) {
        present.add(userId);
        arrived.add(userId);
      } else {
        present.delete(userId);
        idle.delete(userId);
      }
      changed.add(userId);
      work(report);
    },
    noteIdle(userId, isIdle) {
      if (!present.has(userId)) return;
      if (isIdle) idle.add(userId);
      else idle.delete(userId);
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
        .catch((error: unknown) =>
          logger.warn({ err: error }, 'the stop of this gateway was not reported to presence'),
        );
    },
  };
}
