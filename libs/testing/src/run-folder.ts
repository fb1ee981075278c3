import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The environment variable that names the folder of the test run. All files of the run are in this folder, and every process
 * that the run starts has the folder in its environment or in its command line.
 */
export const RUN_FOLDER = 'VESTNIK_TEST_RUN';

/** A process that belongs to a test run. */
export interface RunProcess {
  pid: number;
  /** The command line, with the environment behind it. */
  command: string;
}

/** Lists the processes of the run in a folder, except this process and Jest's own workers. */
export async function processesOfRun(folder: string): Promise<RunProcess[]> {
  // With `e`, ps shows the environment behind the command, on Linux and on macOS.
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,args='], {
    env: { PATH: process.env['PATH'] },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder) && !/jest-worker|janitor\.ts/.test(line))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, '') }))
    .filter(({ pid }) => pid > 1 && pid !== process.pid);
}

/** Kills processes, frozen ones too. Processes that have ended meanwhile are skipped. */
export function killAll(processes: readonly RunProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Removes the folder of a run. A process that was just killed may still have written a file, so it tries again. */
export async function removeRunFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
