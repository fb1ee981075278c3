import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunningServer } from '@vestnik/servers';
import { until } from './until.ts';

const run = promisify(execFile);

/** A server that a test takes away and gives back, on the same port and with the same files. */
export interface ControlledServer {
  /** Where clients connect; stays the same. */
  readonly url: string;
  /** Stops it in order. */
  stop(): Promise<void>;
  /** Ends it and all its processes with SIGKILL, and returns when they are gone. */
  kill(): Promise<void>;
  /** Starts it again and returns when it serves. */
  start(): Promise<void>;
  /** Stops all its processes where they are: connections stay open, and no answer comes. */
  freeze(): Promise<void>;
  /** Lets it go on. */
  thaw(): Promise<void>;
}

/** Starts a server that can be taken away; `startOn` starts it on a port, or on a free one when none is given. */
export async function controlServer(startOn: (port?: number) => Promise<RunningServer>): Promise<ControlledServer> {
  let server: RunningServer | undefined = await startOn();
  const { url, port } = server;
  let frozen: number[] = [];

  const thaw = async () => {
    for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT');
  };

  return {
    url,
    async stop() {
      await thaw();
      await server?.stop();
      server = undefined;
    },
    async kill() {
      if (!server) return;
      const pids = await freezeTree(server.pid);
      for (const pid of pids) signal(pid, 'SIGKILL');
      await server.exited;
      await until('all its processes are gone', () => pids.every((pid) => !signal(pid, 0)));
      server = undefined;
      frozen = [];
    },
    async start() {
      server ??= await startOn(port);
    },
    async freeze() {
      if (server) frozen = await freezeTree(server.pid);
    },
    thaw,
  };
}

/** Returns the servers as one, of which another is taken away each time. One at a time is away. */
export function inTurn(servers: readonly ControlledServer[]): ControlledServer {
  let turn = 0;
  const current = () => servers[turn % servers.length] as ControlledServer;
  const next = () => {
    turn += 1;
    return current();
  };
  return {
    get url() {
      return current().url;
    },
    stop: () => current().stop(),
    kill: () => next().kill(),
    start: () => current().start(),
    freeze: () => next().freeze(),
    thaw: () => current().thaw(),
  };
}

/** Stops a process and all its descendants, parents before children, so that none is born meanwhile. */
async function freezeTree(root: number): Promise<number[]> {
  const pids: number[] = [];
  for (let found = [root]; found.length > 0; found = await childrenOf(found)) {
    for (const pid of found) signal(pid, 'SIGSTOP');
    pids.push(...found);
  }
  return pids;
}

async function childrenOf(parents: number[]): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parents.includes(parent ?? 0)).map(([pid]) => pid ?? 0);
}

/** Sends a signal; false when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
