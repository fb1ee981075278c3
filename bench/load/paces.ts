import { Worker } from 'node:worker_threads';
import type { Phase, ReplayLine } from './plan.ts';

/** A message that is due. */
export interface Due {
  /** When, in milliseconds from the start of the pace. */
  at: number;
  /** Counts from 0. */
  index: number;
}

/** The times at which an open loop sends: evenly within each phase. */
export function* dueTimes(phases: readonly Phase[]): Generator<Due> {
  let index = 0;
  let began = 0;
  for (const { rate, seconds } of phases) {
    const count = Math.round(rate * seconds);
    for (let number = 0; number < count; number += 1) {
      yield { at: (began + number / rate) * 1_000, index };
      index += 1;
    }
    began += seconds;
  }
}

/** The times of a replay. */
export function* replayTimes(lines: readonly ReplayLine[]): Generator<Due> {
  for (const [index, { at }] of lines.entries()) yield { at, index };
}

/** No tick comes sooner after another, in milliseconds. */
const SHORTEST_TICK = 0.2;

/**
 * Calls `send` for everything due, as close to its time as the machine allows, and resolves behind the last.
 *
 * @param start `performance.now()` that the times count from
 */
export async function keepPace(due: Iterator<Due>, fastest: number, start: number, send: (due: Due) => void) {
  const intervalMs = Math.max(SHORTEST_TICK, Math.min(1, 1_000 / fastest));
  const worker = new Worker(new URL('./metronome.ts', import.meta.url), { workerData: { intervalMs } });
  let next = due.next();
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', () => {
      const now = performance.now() - start;
      while (!next.done && next.value.at <= now) {
        send(next.value);
        next = due.next();
      }
      if (next.done) resolve();
    });
  });
  await worker.terminate();
}
