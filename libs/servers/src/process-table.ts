import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);

/** The command line of a process, its words joined by blanks; empty when there is none or it has ended. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw.replaceAll('\0', ' ');
  }
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** Whether a process with this id runs whose command line has all of these words. */
export async function isRunning(pid: number, commandHas: string[]): Promise<boolean> {
  const command = await commandLine(pid);
  return command !== '' && commandHas.every((word) => command.includes(word));
}

/** A process left behind by a killed run: where its id was written, and how to know that the process is really it. */
export type StaleProcess = {
  /** File whose first line is the process id. */
  pidFile: string;
  /** Words that must all be in the process's command line, so that a recycled id is not mistaken for it. */
  commandHas: string[];
  /** Signals in order of force; the next one follows when the process is still there after `patienceMs`. */
  signals: NodeJS.Signals[];
  patienceMs: number;
};

/** Stops what a killed run left behind; does nothing when there is nothing. */
export async function stopStale(stale: StaleProcess): Promise<void> {
  const text = await readFile(stale.pidFile, 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  const isGone = async () => !(await isRunning(pid, stale.commandHas));
  for (const signal of [...stale.signals, 'SIGKILL' as const]) {
    if (await isGone()) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      return;
    }
    if (await until(isGone, stale.patienceMs)) return;
  }
}
