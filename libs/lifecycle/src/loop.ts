import type { Logger } from '@vestnik/logging';

/** Work that repeats until it is stopped. */
export interface Loop {
  /** Runs the work now, or once more when it is running. While the work fails, the back-off goes first. */
  wake(): void;
  /** Finishes the present run and the run that was woken for, then stops. */
  stop(): Promise<void>;
}

/** Describes a loop. */
export interface LoopOptions {
  /** Names the loop in the log. */
  name: string;
  /** The work. `failures`: the number of failed runs just before. It returns true when there is more to do at once. */
  run(failures: number): Promise<boolean | void>;
  /** Milliseconds from the end of one run to the next, doubled by each failure. */
  everyMs: number;
  /** Milliseconds from the start of one run to the next at least, however often the loop is woken. */
  paceMs?: number;
  logger: Logger;
}

/** Milliseconds between two runs at most after failures, so that the loop soon works again when its parts do. */
const LONGEST_WAIT_MS = 4_000;

/** Starts a loop: it runs at once, then `everyMs` after each run. A run that throws is logged, and the waits grow. */
export function startLoop({ name, run, everyMs, paceMs = 0, logger }: LoopOptions): Loop {
  let failures = 0;
  let woken = false;
  let stopping = false;
  let begunAt = Number.NEGATIVE_INFINITY;
  let endRest: (() => void) | undefined;

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => endRest?.(), ms);
      endRest = () => {
        clearTimeout(timer);
        endRest = undefined;
        resolve();
      };
    });
  }

  async function repeat(): Promise<void> {
    for (;;) {
      const pause = begunAt + paceMs - performance.now();
      if (pause > 0 && !stopping) await new Promise((resolve) => setTimeout(resolve, pause));
      begunAt = performance.now();
      woken = false;
      let more = false;
      try {
        more = (await run(failures)) === true;
        if (failures > 0) logger.info({ loop: name }, 'works again');
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn({ err: error, loop: name, failures }, 'failed, will be tried again');
      }
      const atOnce = () => woken && failures === 0;
      const wait = failures === 0 ? everyMs : Math.min(everyMs * 2 ** failures, LONGEST_WAIT_MS);
      if (!stopping && !more && !atOnce()) await rest(wait);
      if (stopping && !atOnce()) return;
    }
  }

  const running = repeat();
  return {
    wake() {
      woken = true;
      if (failures === 0) endRest?.();
    },
    async stop() {
      stopping = true;
      endRest?.();
      await running;
    },
  };
}
