import { setTimeout as delay } from 'node:timers/promises';
import type { System, SystemProcess } from '@vestnik/testing';
import { until } from '@vestnik/testing';

/** Keeps the processes of a system running, as `npm start` does, each on its place. */
export interface Keeper {
  /** Names of the places: `gateway-1`, `messages-2`. */
  places(): string[];
  /** Sends a signal to the process on a place. */
  signal(place: string, signal: NodeJS.Signals): void;
  /** Resolves when another process runs on a place than the one that runs there now. */
  replaced(place: string): Promise<void>;
  /** Processes that ended without being told to, or not in order, each in one line. */
  readonly faults: string[];
  /** Starts nothing again from now on. */
  stop(): Promise<void>;
}

/** Wait before a process that ended is started again, and before another attempt, in milliseconds. */
const RESTART_MS = 200;
const RUNNING_WITHIN_MS = 60_000;

/** Keeps all processes of a system; `settingsOf` gives what a place has on top of the system's settings. */
export function keepRunning(system: System, settingsOf: (place: string) => Record<string, string>): Keeper {
  const current = new Map<string, SystemProcess>();
  const told = new WeakMap<SystemProcess, NodeJS.Signals>();
  const restarts = new Set<Promise<void>>();
  const faults: string[] = [];
  let stopped = false;

  for (const process of system.processes) {
    const ofService = [...current.keys()].filter((place) => place.startsWith(process.service)).length;
    keep(`${process.service}-${ofService + 1}`, process);
  }

  function keep(place: string, process: SystemProcess): void {
    current.set(place, process);
    process.child.once('exit', (code, signal) => {
      if (stopped) return;
      const asked = told.get(process);
      if (asked !== 'SIGKILL' && !(asked === 'SIGTERM' && code === 0)) {
        faults.push(`${place} ended with ${code ?? signal}: ${process.output().trim().split('\n').at(-1)}`);
      }
      const restart: Promise<void> = startAgain(place, process).finally(() => restarts.delete(restart));
      restarts.add(restart);
    });
  }

  async function startAgain(place: string, ended: SystemProcess): Promise<void> {
    while (!stopped) {
      await delay(RESTART_MS);
      try {
        keep(place, await system.replace(ended, settingsOf(place)));
        return;
      } catch {
        // What it needs is away; it is tried again, as a supervisor does.
      }
    }
  }

  return {
    faults,
    places: () => [...current.keys()],
    signal(place, signal) {
      const process = current.get(place);
      if (!process) throw new Error(`There is no place ${place}`);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') told.set(process, signal);
      process.child.kill(signal);
    },
    async replaced(place) {
      const before = current.get(place);
      await until(`${place} runs again`, () => stopped || current.get(place) !== before, RUNNING_WITHIN_MS);
    },
    async stop() {
      stopped = true;
      await Promise.all(restarts);
    },
  };
}
