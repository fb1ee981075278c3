import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Load, LoadEvent, Report } from '../load/plan.ts';
import { type CpuSeconds, cpuBetween, cpuSeconds, type MeasuredProcess, machineSeconds } from './processes.ts';

/** A load and what it cost. */
export interface Measurement<Wanted extends Report = Report> {
  report: Wanted;
  /** Processor seconds of the servers in the window, by name. */
  cpu: CpuSeconds;
  /** Cores that the load process used; from 0.9 on it was itself the bottleneck. */
  loadCores: number;
  /** Cores that others used on this machine meanwhile. */
  otherCores: number;
}

/** Calls at the beginning and at the end of the window. */
export interface WindowHooks {
  begin?(): void;
  end?(): Promise<void>;
}

/** A load that keeps what it has opened. */
export interface Held<Wanted extends Report> {
  report: Wanted;
  /** Ends the load process, and with it what it holds. */
  end(): void;
}

const LOAD_FILE = fileURLToPath(new URL('../load/main.ts', import.meta.url));

interface Reading {
  at: number;
  servers: CpuSeconds;
  load: number;
  machine: number;
}

function startLoad(): ChildProcess {
  return fork(LOAD_FILE, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'],
    serialization: 'advanced',
  });
}

/**
 * Runs a load and leaves its process there.
 *
 * @throws Error when the load fails.
 */
export async function holdLoad<Wanted extends Report>(load: Load & { kind: Wanted['kind'] }): Promise<Held<Wanted>> {
  const child = startLoad();
  try {
    const report = await new Promise<Report>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => reject(new Error(`the load process ended with ${signal ?? code}`)));
      child.on('message', (message: LoadEvent) => message.event === 'report' && resolve(message.report));
      child.send(load);
    });
    return { report: report as Wanted, end: () => child.kill() };
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** A load that waits for something to happen. */
export interface Holding<Wanted extends Report> {
  /** Resolves when its window begins. */
  begun: Promise<void>;
  report: Promise<Wanted>;
  /** Ends the load process. */
  end(): void;
}

/** Starts a load in a process of its own without measuring the servers. */
export function startHolding<Wanted extends Report>(load: Load & { kind: Wanted['kind'] }): Holding<Wanted> {
  const child = startLoad();
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the load process ended with ${signal ?? code}`)));
  });
  const told = new Promise<void>((resolve) => {
    child.on('message', (message: LoadEvent) => message.event === 'begin' && resolve());
  });
  const reported = new Promise<Report>((resolve) => {
    child.on('message', (message: LoadEvent) => message.event === 'report' && resolve(message.report));
  });
  child.send(load);
  const report = Promise.race([reported, ended]) as Promise<Wanted>;
  // A caller that ends the load does not wait for the report.
  report.catch(() => undefined);
  return { begun: Promise.race([told, ended]), report, end: () => void child.kill() };
}

/**
 * Runs a load in a process of its own and measures the servers while its window is open.
 *
 * @throws Error when the load fails or a server ends meanwhile.
 */
export async function runLoad<Wanted extends Report>(
  load: Load & { kind: Wanted['kind'] },
  servers: readonly MeasuredProcess[],
  hooks: WindowHooks = {},
): Promise<Measurement<Wanted>> {
  const child = startLoad();
  const loadProcess = { name: 'load', pid: child.pid ?? 0, withChildren: false };
  const read = (): Reading => ({
    at: performance.now(),
    servers: cpuSeconds(servers),
    load: cpuSeconds([loadProcess])['load'] ?? 0,
    machine: machineSeconds(),
  });
  let begin: Reading | undefined;
  let end: Reading | undefined;
  let ended: Promise<void> | undefined;
  const report = await new Promise<Report>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`the load process ended with ${signal ?? code}`)));
    child.on('message', (message: LoadEvent) => {
      try {
        if (message.event === 'begin') {
          begin = read();
          hooks.begin?.();
        } else if (message.event === 'end') {
          end = read();
          ended = hooks.end?.();
        } else resolve(message.report);
      } catch (error) {
        reject(error);
      }
    });
    child.send(load);
  }).finally(() => child.kill());
  await ended;
  if (!begin || !end) throw new Error('the load process told of no window');
  const cpu = cpuBetween(begin.servers, end.servers);
  const seconds = (end.at - begin.at) / 1_000;
  const own = end.load - begin.load + Object.values(cpu).reduce((sum, each) => sum + each, 0);
  return {
    report: report as Wanted,
    cpu,
    loadCores: (end.load - begin.load) / seconds,
    otherCores: Math.max(0, end.machine - begin.machine - own) / seconds,
  };
}
