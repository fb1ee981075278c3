import type { WriteStream } from 'node:tty';

/** Shows the steps of a tool. */
export type Progress = {
  /** Runs one step, with one line: its title and its seconds. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Runs one of several steps at once. Its line appears when the step is done. */
  parallelStep<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** One line. */
  say(line: string): void;
};

/** Progress on a stream; on a terminal the seconds of a step run. */
export function progressOn(stream: WriteStream | NodeJS.WritableStream): Progress {
  const live = 'isTTY' in stream && stream.isTTY;
  const write = (text: string) => stream.write(text);
  return {
    async step(title, work) {
      const seconds = stopwatch();
      write(`  ${title} …`);
      const ticking = live ? setInterval(() => write(`\r  ${title} … ${seconds(0)}`), 1000) : undefined;
      try {
        const result = await work();
        write(live ? `\r  ${title} … ${seconds()}\n` : ` ${seconds()}\n`);
        return result;
      } catch (error) {
        write('\n');
        throw error;
      } finally {
        clearInterval(ticking);
      }
    },
    async parallelStep(title, work) {
      const seconds = stopwatch();
      const result = await work();
      write(`  ${title} … ${seconds()}\n`);
      return result;
    },
    say: (line) => write(`${line}\n`),
  };
}

/** Time since now, as text in seconds. */
export function stopwatch(): (digits?: number) => string {
  const start = performance.now();
  return (digits = 1) => `${((performance.now() - start) / 1000).toFixed(digits)} s`;
}
