import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from '@vestnik/servers';
import { explain } from './fault.ts';

/** A running process. */
export type Started = {
  pid: number;
  exited: Promise<Exit>;
  /** Stops it in order, by force when it is still there after `withinMs`. */
  stop(withinMs: number): Promise<void>;
};

/** A process to keep running. */
export type Supervised = {
  /** For messages. */
  name: string;
  /**
   * Starts the process and waits until it serves. The message of a failure names it.
   * @param signal aborted when the process is no longer wanted
   */
  start(signal: AbortSignal): Promise<Started>;
  /** Gets one line when it ended and will be started again. */
  report(line: string): void;
  /** How often to start again; for tests. */
  backOff?: BackOff;
};

/** Delays between starts, in milliseconds. */
export type BackOff = {
  firstMs: number;
  mostMs: number;
  /** After so long a run the next delay is the first again. */
  healthyMs: number;
};

const BACK_OFF: BackOff = { firstMs: 200, mostMs: 10_000, healthyMs: 60_000 };

/** A process that is kept running until it is stopped. */
export type Supervision = { stop(withinMs: number): Promise<void> };

/**
 * Starts something and starts it again whenever it ends. The delay doubles with each crash, and does not grow when the process
 * stopped in order.
 * @throws the error of the first start: a process that never ran is not started again
 */
export async function supervise(wanted: Supervised): Promise<Supervision> {
  const backOff = wanted.backOff ?? BACK_OFF;
  const unwanted = new AbortController();
  const { signal } = unwanted;
  let current: Started | undefined = await wanted.start(signal);
  let startedAt = performance.now();
  let failures = 0;

  const pause = async (why: string) => {
    const waitMs = Math.min(backOff.firstMs * 2 ** failures, backOff.mostMs);
    failures += 1;
    wanted.report(`${why}; starting it again in ${waitMs / 1000} s`);
    await delay(waitMs, undefined, { signal });
  };

  /** A stop in order is no crash: the next delay does not grow by it. */
  const pauseAfter = async (exit: Exit) => {
    if (performance.now() - startedAt >= backOff.healthyMs) failures = 0;
    if (!isOrderly(exit)) return pause(`${wanted.name} ${describe(exit)}`);
    wanted.report(`${wanted.name} stopped in order; starting it again`);
    await delay(backOff.firstMs, undefined, { signal });
  };

  const keepRunning = async () => {
    while (!signal.aborted) {
      if (current) {
        const exit = await current.exited;
        current = undefined;
        if (signal.aborted) return;
        await pauseAfter(exit);
      }
      try {
        startedAt = performance.now();
        current = await wanted.start(signal);
      } catch (error) {
        if (signal.aborted) return;
        await pause(explain(error));
      }
    }
  };

  const kept = keepRunning().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

  return {
    async stop(withinMs) {
      unwanted.abort();
      await current?.stop(withinMs);
      await kept;
      // A start may have come to its end between the two lines above.
      await current?.stop(withinMs);
    },
  };
}

/** True for a process that has finished its work and ended, as a service does on SIGTERM. */
function isOrderly(exit: Exit): boolean {
  return exit.code === 0;
}

/** How a process ended, in words. */
export function describe(exit: Exit): string {
  return exit.signal ? `was ended by ${exit.signal}` : `ended with code ${exit.code}`;
}
