import { spawn } from 'node:child_process';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@vestnik/config';
import type { Exit } from '@vestnik/servers';
import { Fault } from './fault.ts';
import { type Layout, ROOT } from './layout.ts';
import { describe, type Started } from './supervisor.ts';

/** The command of a process that runs one file of the repository. */
export type ServiceCommand = {
  /** Service and number, `messages-1`: names the log and the file with the process id. */
  name: string;
  /** File to run, relative to the repository. */
  file: string;
  env: Environment;
};

const READY_WITHIN_MS = 60_000;

/**
 * Threads with which a service compiles and collects garbage beside its work. Node takes four on every machine. On two
 * processors those of one service would keep all others waiting.
 */
const BACKGROUND_THREADS = Math.min(4, Math.max(1, availableParallelism() - 1));
/**
 * Keeps the context of asynchronous work in a frame, as Node 24 does by default. The older way makes every promise of a process
 * twice as dear from the first transaction of MikroORM on.
 */
const CONTEXT_FRAMES = '--experimental-async-context-frame';
/** The options of Node for a service. */
const SERVICE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  `--v8-pool-size=${BACKGROUND_THREADS}`,
  ...(process.allowedNodeEnvironmentFlags.has(CONTEXT_FRAMES) ? [CONTEXT_FRAMES] : []),
];

/**
 * Starts a service and waits until it reports that it serves. The service has its own process group, so that a Ctrl-C
 * reaches only the start. It has a channel, which closes when the start ends.
 * @throws Fault with its last line of output when it ends or is not ready in time
 */
export async function startServiceProcess(
  command: ServiceCommand,
  layout: Layout,
  signal: AbortSignal,
): Promise<Started> {
  const logFile = join(layout.logs, `${command.name}.log`);
  const pidFile = join(layout.run, `${command.name}.pid`);
  const log = await open(logFile, 'a', 0o600);
  const from = (await log.stat()).size;
  const child = spawn(process.execPath, [...SERVICE_FLAGS, command.file], {
    cwd: ROOT,
    env: command.env,
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, by) => resolve({ code, signal: by }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const ready = new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready')));
  const late = AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]);
  const tooLate = new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late')));
  await log.close();
  const pid = child.pid ?? 0;
  if (pid > 0) await writeFile(pidFile, `${pid}\n`);

  let ended = false;
  const gone = exited.then(async (exit) => {
    ended = true;
    await rm(pidFile, { force: true });
    return exit;
  });
  const stop = async (withinMs: number) => {
    if (ended) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await gone;
    clearTimeout(force);
  };

  const first = await Promise.race([ready, gone, tooLate]);
  if (first === 'ready') return { pid, exited: gone, stop };
  await stop(READY_WITHIN_MS / 20);
  signal.throwIfAborted();
  const what = first === 'late' ? `was not ready after ${READY_WITHIN_MS / 1000} s` : `${describe(first)} at once`;
  throw new Fault(`${command.name} ${what}: ${lastWords(await readFrom(logFile, from))} (log: ${logFile})`);
}

/**
 * Runs a file of the repository to its end.
 * @throws Fault with its last line of output when its code is not 0
 */
export async function runServiceCommand(command: ServiceCommand, signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command.file], {
    cwd: ROOT,
    env: command.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part));
  child.stderr.on('data', (part: Buffer) => (output += part));
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code !== 0) throw new Fault(`${command.name} failed: ${lastWords(output)}`);
}

async function readFrom(file: string, from: number): Promise<string> {
  return (await readFile(file)).toString('utf8', from);
}

/** Returns the line of an output that explains best why a process ended. */
function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => (line.trim() !== '' && !/^\s+at |^Node\.js v|^\s*[{}\]]/.test(line)) || line.startsWith('{"'))
    .map(readable);
  return lines.findLast((line) => /error|fatal|fail/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}

/** A structured log line as a sentence; any other line as it is. */
function readable(line: string): string {
  if (!line.startsWith('{"')) return line.trim();
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [entry.msg, entry.err && `error: ${entry.err.message}`].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
