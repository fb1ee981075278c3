import { readdirSync, readFileSync } from 'node:fs';

/** A process of a measured system. */
export interface MeasuredProcess {
  /** The name in the table: `gateway`, `postgres`. */
  name: string;
  pid: number;
  /** Whether its children belong to it, as the backends of Postgres do. */
  withChildren: boolean;
}

/** Processor seconds since their start, by name. */
export type CpuSeconds = Record<string, number>;

/** Linux counts in hundredths of a second for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  ended: number;
}

/**
 * Processor seconds that each process has used so far, user and system, all threads. Those of Postgres' backends that
 * ended meanwhile are in.
 *
 * @throws Error when a process is gone: what was measured then is not the system.
 */
export function cpuSeconds(processes: readonly MeasuredProcess[]): CpuSeconds {
  const children = processes.some((each) => each.withChildren) ? childrenByParent() : new Map<number, number[]>();
  const seconds: CpuSeconds = {};
  for (const { name, pid, withChildren } of processes) {
    const stat = readStat(pid);
    if (!stat) throw new Error(`${name} (process ${pid}) ended while it was measured`);
    let used = stat.own;
    if (withChildren) {
      used += stat.ended;
      for (const child of children.get(pid) ?? []) used += readStat(child)?.own ?? 0;
    }
    seconds[name] = (seconds[name] ?? 0) + used;
  }
  return seconds;
}

/** Returns the processor seconds of each name between two readings. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** Processor seconds of the whole machine, idle time left out. */
export function machineSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/**
 * Resident memory in bytes, by name: the private memory of a process, and for one with children, which share much, the
 * proportional size of all of them. Program text is left out of the former: it would shrink with every Node process that
 * starts on the machine.
 */
export function residentBytes(processes: readonly MeasuredProcess[]): Record<string, number> {
  const children = childrenByParent();
  const bytes: Record<string, number> = {};
  for (const { name, pid, withChildren } of processes) {
    const own = withChildren
      ? [pid, ...(children.get(pid) ?? [])].reduce((sum, each) => sum + rollup(each, ['Pss']), 0)
      : rollup(pid, ['Private_Clean', 'Private_Dirty']);
    bytes[name] = (bytes[name] ?? 0) + own;
  }
  return bytes;
}

function rollup(pid: number, fields: readonly string[]): number {
  const text = readIfThere(`/proc/${pid}/smaps_rollup`);
  return fields.reduce((sum, field) => {
    const [, kilobytes = '0'] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text) ?? [];
    return sum + Number(kilobytes) * 1024;
  }, 0);
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const parent = Number.isNaN(pid) ? undefined : readStat(pid)?.parent;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  return children;
}

function readStat(pid: number): Stat | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === '') return undefined;
  // The name, in parentheses, may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number) => Number(fields[index]);
  return {
    parent: ticks(1),
    own: (ticks(11) + ticks(12)) / TICKS_PER_SECOND,
    ended: (ticks(13) + ticks(14)) / TICKS_PER_SECOND,
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
