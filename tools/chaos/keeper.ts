import { setTimeout as delay } from 'node:timers/promises';
import type { System, SystemProcess } from '@vestnik/testing';
import { until } from '@vestnik/testing';
import type { Place } from './plan.ts';

/** Keeps the processes of a system running, as `npm start` does, each on its place. */
export interface Keeper {
  /** Ends the process on a place and resolves when another runs there. */
  end(place: Place, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Stops the process on a place where it is; what is returned lets it go on. */
  freeze(place: Place): () => void;
  /** Processes that ended without a signal from here, or not in order, each in one line. */
  readonly faults: string[];
  /** Starts nothing again from now on, and resolves when nothing is being started. */
  stop(): Promise<void>;
}

/** Wait before a process that ended is started again, and before another attempt, in milliseconds. */
const RESTART_MS = 200;
const RUNNING_WITHIN_MS = 60_000;

/** Keeps processes running, by place; `settingsOf` gives what a place has on top of the system's settings. */
export function keepRunning(
  system: System,
  processes: ReadonlyMap<Place, SystemProcess>,
  settingsOf: (place: Place) => Record<string, string>,
): Keeper {
  const current = new Map<Place, SystemProcess>();
  const told = new Map<SystemProcess, NodeJS.Signals>();
  const restarts = new Set<Promise<void>>();
  const faults: string[] = [];
  let stopped = false;

  function keep(place: Place, process: SystemProcess): void {
    current.set(place, process);
    process.child.once('exit', (code, signal) => {
      if (stopped) return;
      const asked = told.get(process);
      told.delete(process);
      if (asked !== 'SIGKILL' && !(asked === 'SIGTERM' && code === 0)) {
        faults.push(`${place} ended with ${code ?? signal}: ${process.output().trim().split('\n').at(-1)}`);
      }
      const restart: Promise<void> = startAgain(place, process).finally(() => restarts.delete(restart));
      restarts.add(restart);
    });
  }

  async function startAgain(place: Place, ended: SystemProcess): Promise<void> {
    while (!stopped) {
      await delay(RESTART_MS);
      try {
        keep(place, await system.replace(ended, settingsOf(place)));
        return;
      } catch {
        // Something that the process needs is away. The next attempt follows, as with a supervisor.
      }
    }
  }

  const at = (place: Place): SystemProcess => {
    const process = current.get(place);
    if (!process) throw new Error(`There is no place ${place}`);
    return process;
  };

  for (const [place, process] of processes) keep(place, process);

  return {
    faults,
    async end(place, signal) {
      const before = at(place);
      told.set(before, signal);
      before.child.kill(signal);
      await until(`${place} runs again`, () => stopped || current.get(place) !== before, RUNNING_WITHIN_MS);
    },
    freeze(place) {
      const { child } = at(place);
      child.kill('SIGSTOP');
      return () => void child.kill('SIGCONT');
    },
    async stop() {
      stopped = true;
      await Promise.all(restarts);
    },
  };
}
