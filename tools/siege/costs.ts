import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { System } from '@vestnik/testing';

/** The processor time that each part of the system has used, in seconds, by its name. */
export type Costs = ReadonlyMap<string, number>;

const TICKS_PER_SECOND = 100;

/** Reads the processor time of the services and of Postgres. Empty where the operating system has no `/proc`. */
export function readCosts({ processes, servers }: System): Costs {
  const costs = new Map<string, number>();
  const add = (name: string, pid: number | undefined) =>
    costs.set(name, (costs.get(name) ?? 0) + (pid === undefined ? 0 : secondsOf(pid)));
  if (!existsSync('/proc/self/stat')) return costs;
  for (const { service, child } of processes) add(service, child.pid);
  for (const pid of processesOfPostgres(servers.adminUrl)) add('postgres', pid);
  return costs;
}

/** Returns what was used between two readings, as one line. The largest comes first. */
export function costsBetween(before: Costs, after: Costs): string {
  return [...after]
    .map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)] as const)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`)
    .join(', ');
}

/** The main process of the Postgres at a URL, and all of its children. Connections that have ended do not count. */
function processesOfPostgres(url: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const main = pids.find((pid) => isPostgres(pid, new URL(url).port));
  return main === undefined ? [] : [main, ...pids.filter((pid) => isChildOf(main, pid))];
}

function isPostgres(pid: number, port: string): boolean {
  try {
    const [command = '', ...options] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.endsWith('postgres') && options[options.indexOf('-p') + 1] === port;
  } catch {
    return false;
  }
}

function isChildOf(main: number, pid: number): boolean {
  return Number(fieldsOf(pid)[1]) === main;
}

/** The seconds of a process; 0 for one that has ended. */
function secondsOf(pid: number): number {
  const [, , , , , , , , , , , user = 0, system = 0] = fieldsOf(pid);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** The fields of `/proc/<pid>/stat` behind the name of the command: its state, its parent, and so on. None for a process that has ended. */
function fieldsOf(pid: number): string[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return [];
  }
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
