import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../start/layout.ts';

/** A task as turbo plans it. */
export type PlannedTask = {
  taskId: string;
  /** Folder of its workspace, relative to the repository; empty for the repository itself. */
  directory: string;
  /** The command of the task; absent or `<NONEXISTENT>` when it has none. */
  command: string;
  /** Turbo's hash of everything that decides the outcome. */
  hash: string;
  cache: { status: 'HIT' | 'MISS' };
};

const TURBO = join(ROOT, 'node_modules', '.bin', 'turbo');
const ENVIRONMENT = { TURBO_TELEMETRY_DISABLED: '1' };

/** Returns what turbo would run, and what of it is in its cache. */
export async function planTurbo(args: readonly string[]): Promise<PlannedTask[]> {
  const { stdout } = await promisify(execFile)(TURBO, ['run', ...args, '--dry=json'], {
    cwd: ROOT,
    env: { ...process.env, ...ENVIRONMENT },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { tasks } = JSON.parse(stdout) as { tasks: PlannedTask[] };
  return tasks.filter(({ command }) => command && command !== '<NONEXISTENT>');
}

/** Runs tasks through turbo and returns its exit code. Turbo ends its tasks in order on a signal. */
export async function runTurbo(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(TURBO, ['run', ...args, '--continue=always'], {
    cwd: ROOT,
    env: { ...process.env, ...ENVIRONMENT, ...env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return (code as number | null) ?? 1;
}
