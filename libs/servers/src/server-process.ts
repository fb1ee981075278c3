import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { ServerError } from './errors.ts';
import { until } from './until.ts';

/** How a process ended: by its own code or by a signal. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A server that accepts connections. */
export type RunningServer = {
  /** Where clients connect; for Postgres with the superuser's password. */
  url: string;
  port: number;
  pid: number;
  /** Stops it in order, by force when it is still there after `withinMs`; returns when it is gone. */
  stop(withinMs?: number): Promise<void>;
  /** Settles when the process ends, for whatever reason. */
  exited: Promise<Exit>;
};

/** The command of a server, and how its readiness is checked. */
export type ServerCommand = {
  /** For messages, "PostgreSQL" for instance. */
  title: string;
  command: string[];
  env: Record<string, string>;
  logFile: string;
  isReady: () => Promise<boolean>;
  readyWithinMs: number;
  /** Signals that stop it, the mildest first; each has its share of the time, and SIGKILL comes last. */
  stopSignals: NodeJS.Signals[];
  /** Gives up waiting until it serves: the server is stopped and the signal's reason thrown. */
  signal?: AbortSignal | undefined;
};

const STOP_WITHIN_MS = 6000;

/**
 * Starts a server in its own process group, so that a Ctrl-C in the terminal reaches only the process that started it. Waits
 * until the server serves.
 * @throws ServerError with the server's own last words when it ends or is not ready in time
 */
export async function runServer(wanted: ServerCommand): Promise<Omit<RunningServer, 'url' | 'port'>> {
  const [file = '', ...args] = wanted.command;
  const log = await open(wanted.logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const child = spawn(file, args, { detached: true, env: wanted.env, stdio: ['ignore', log.fd, log.fd] });

  let ended: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve((ended = { code, signal })));
  });
  // Listened for before anything is awaited: the event may come at once.
  const spawned = new Promise<Error | null>((resolve) => {
    child.once('spawn', () => resolve(null));
    child.once('error', resolve);
  });
  await log.close();
  const failure = await spawned;
  if (failure) throw new ServerError(`${wanted.title} cannot be run: ${failure.message}`);

  const stop = async (withinMs = STOP_WITHIN_MS) => {
    for (const signal of wanted.stopSignals) {
      if (ended) return;
      child.kill(signal);
      if (await until(() => ended !== undefined, withinMs / wanted.stopSignals.length)) return;
    }
    child.kill('SIGKILL');
    await exited;
  };

  const isSettled = async () => ended !== undefined || wanted.signal?.aborted === true || (await wanted.isReady());
  const ready = await until(isSettled, wanted.readyWithinMs);
  if (wanted.signal?.aborted) {
    await stop();
    wanted.signal.throwIfAborted();
  }
  if (ended || !ready) {
    await stop();
    const words = await lastWords(wanted.logFile, logStart);
    const what = ready ? 'ended at once' : `was not ready after ${wanted.readyWithinMs / 1000} s`;
    throw new ServerError(`${wanted.title} ${what}: ${words} (log: ${wanted.logFile})`);
  }
  return { pid: child.pid ?? 0, stop, exited };
}

/** The last telling line a server wrote to its log since `from` (bytes). */
async function lastWords(logFile: string, from: number): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(logFile, 'r');
    const { size } = await file.stat();
    const start = Math.max(from, size - 8192);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').filter(Boolean);
    return lines.findLast((line) => /FATAL|\[FTL\]|ERROR|PANIC|error/.test(line)) ?? lines.at(-1) ?? 'it wrote nothing';
  } finally {
    await file?.close();
  }
}
