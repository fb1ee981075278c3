import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RUN_FOLDER } from './run-folder.ts';
import { patience } from './slowness.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** A service that is not ready after so long, in milliseconds, will not become ready. */
const READY_WITHIN_MS = 60_000;

/** A process that runs a file of the repository. */
export interface NodeProcess {
  child: ChildProcess;
  /** Everything that it has written on standard output and standard error since the last `forget`. */
  output(): string;
  forget(): void;
}

/**
 * Flags of every process. Without threads for compiling and collecting, a process starts with less processor time. In a test run
 * the threads of dozens of processes would only wait for one another.
 */
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--v8-pool-size=0'];

/** Runs a file of the repository with nothing but these variables in its environment. */
export function spawnNode(args: readonly string[], env: Record<string, string>): NodeProcess {
  const child = spawn(process.execPath, [...NODE_FLAGS, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_OPTIONS: '', [RUN_FOLDER]: process.env[RUN_FOLDER], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return {
    child,
    output: () => output,
    forget: () => {
      output = '';
    },
  };
}

/** Waits until a process says that it is ready; kills the process and throws its output when it does not. */
export async function becomesReady(name: string, { child, output }: Omit<NodeProcess, 'forget'>): Promise<void> {
  const withinMs = patience(READY_WITHIN_MS);
  const ready = Promise.withResolvers<void>();
  const fail = (what: string) => ready.reject(new Error(`${name} ${what}: ${output()}`));
  const fails = (code: number | null) => fail(`ended with ${code}`);
  const timer = setTimeout(() => fail(`was not ready after ${withinMs} ms`), withinMs);
  child.once('message', ready.resolve);
  child.once('close', fails);
  try {
    await ready.promise;
  } catch (error) {
    await endProcess({ child }, 'SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
    child.off('message', ready.resolve);
    child.off('close', fails);
  }
}

/**
 * Sends a signal to a process, SIGTERM by default, waits until the process is gone and returns its exit code;
 * null when a signal ended it.
 */
export async function endProcess(
  { child }: Pick<NodeProcess, 'child'>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  // A process that a test has frozen meets its signal only when it goes on.
  child.kill('SIGCONT');
  await ended;
  return child.exitCode;
}
