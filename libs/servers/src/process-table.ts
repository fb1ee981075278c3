import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, its words joined by blanks; empty when there is none. */
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

/** A server left behind by a killed run: where it wrote its process id, and how to know that the process is really it. */
export type StaleServer = {
  /** File whose first line is the process id. */
  pidFile: string;
  /** Words that must all be in the process's command line, so that a recycled id is not mistaken for the server. */
  commandHas: string[];
  /** Signals in order of force; the next one follows when the process is still there after `patienceMs`. */
  signals: NodeJS.Signals[];
  patienceMs: number;
};

/** Stops the server a killed run left on the same data; does nothing when there is none. */
export async function stopStale(stale: StaleServer): Promise<void> {
  const text = await readFile(stale.pidFile, 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  const command = await commandLine(pid);
  if (!stale.commandHas.every((word) => command.includes(word))) return;
  for (const signal of [...stale.signals, 'SIGKILL' as const]) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      return;
    }
    if (await until(() => !isAlive(pid), stale.patienceMs)) return;
  }
}
