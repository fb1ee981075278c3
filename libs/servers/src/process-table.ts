import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);

/** Returns the command line of a process, its words joined by blanks; empty when the process does not exist. */
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

/** Returns whether a process with this id runs, and all of these words are in its command line. */
export async function isRunning(pid: number, commandHas: string[]): Promise<boolean> {
  const command = await commandLine(pid);
  return command !== '' && commandHas.every((word) => command.includes(word));
}

/** A process that a killed run left behind: the file with its id, and the signs by which it is known. */
export type StaleProcess = {
  /** File with the process id in its first line. */
  pidFile: string;
  /** Words that must all be in the command line of the process. A process that got the same id later has others. */
  commandHas: string[];
  /** Signals in order of force. The next one follows when the process still runs after `patienceMs`. */
  signals: NodeJS.Signals[];
  patienceMs: number;
};

/** Stops a process that a killed run left behind, if it runs. */
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
