import type { Logger } from '@vestnik/logging';

/** Work that is done again and again. */
export interface Loop {
  /** Does the work now, or once more when it is being done; while it fails, the back-off goes first. */
  wake(): void;
  /** Finishes what is being done and what was woken for, then stops. */
  stop(): Promise<void>;
}

/** How work is repeated. */
export interface LoopOptions {
  /** What is done, for the log. */
  name: string;
  /** `failures`: how many times in a row it has failed before. True: there is more to do, at once. */
  run(failures: number): Promise<boolean | void>;
  /** Milliseconds from the end of one run to the next; after a failure twice as many, and so on. */
  everyMs: number;
  /** Milliseconds from one start to the next at least, however often it is woken: what came meanwhile is done together. */
  paceMs?: number;
  logger: Logger;
}

/** Longest wait after a failure, in milliseconds: a part that is back is noticed within this. */
const LONGEST_WAIT_MS = 4_000;

/** Starts a loop: at once, then `everyMs` after each run. A run that throws is logged and tried again, ever later. */
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
