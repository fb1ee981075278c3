import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type RunningServer, startPostgres } from '@vestnik/servers';
import pg from 'pg';
import type { ComparatorSettings } from '../comparator/main.ts';
import { comparatorReadPaths, seedComparator } from './comparator-history.ts';
import type { RunningSystem } from './running-system.ts';

const NO_SEARCH = 'the comparator has no search';
const HOST = '127.0.0.1';
const SECRET = 'the secret of a bench on loopback, gone when it ends';
const FILE = fileURLToPath(new URL('../comparator/main.ts', import.meta.url));

/** Boots the comparator on a Postgres of its own, which runs with the same settings as Vestnik's. */
export async function startComparator(options: { profileFolder: string }): Promise<RunningSystem> {
  return startOn(await mkdtemp(join(tmpdir(), 'comparator-bench-')), true, options.profileFolder);
}

async function startOn(folder: string, isNew: boolean, profileFolder: string): Promise<RunningSystem> {
  const logFile = join(folder, 'postgres.log');
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), logFile });
  try {
    const port = await freePort(HOST);
    const child = await startProcess({ databaseUrl: postgres.url, port, secret: SECRET, isNew }, profileFolder);
    return await describe({ folder, logFile, postgres, child, port, profileFolder });
  } catch (error) {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startProcess(settings: ComparatorSettings, profileFolder: string): Promise<ChildProcess> {
  const inside = new URL('./inside.ts', import.meta.url);
  inside.searchParams.set('folder', profileFolder);
  const child = fork(FILE, {
    execArgv: ['--disable-warning=ExperimentalWarning', `--import=${inside.href}`],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
  });
  child.send(settings);
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the comparator ended with ${code}`)));
  });
  return child;
}

async function describe(parts: {
  folder: string;
  logFile: string;
  postgres: RunningServer;
  child: ChildProcess;
  port: number;
  profileFolder: string;
}): Promise<RunningSystem> {
  const { folder, postgres, child, port, profileFolder } = parts;
  const address = { host: HOST, port };
  const admin = new pg.Pool({ connectionString: postgres.url });
  // Connections that are still closing when the server stops are none of anybody's concern.
  admin.on('error', () => undefined);
  const create = async (type: string, participants: readonly number[]) => {
    const { rows } = await admin.query<{ id: number }>(
      'insert into conversations (type, participants) values ($1, $2) returning id',
      [type, participants],
    );
    return rows[0]?.id ?? 0;
  };
  const halt = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await admin.end();
    await postgres.stop();
  };
  return {
    name: 'comparator',
    doors: { 'socket.io': { addresses: [address], saysReady: false } },
    rest: [address],
    secret: SECRET,
    processes: [
      { name: 'server', pid: child.pid ?? 0, withChildren: false },
      { name: 'postgres', pid: postgres.pid, withChildren: true },
    ],
    doorProcess: 'server',
    profileFolder,
    createDirect: (userId, otherId) => create('direct', [userId, otherId]),
    createGroup: (userIds) => create('group', userIds),
    seed: (history) => seedComparator(postgres.url, history),
    readPaths: comparatorReadPaths,
    seedSearch: () => Promise.reject(new Error(NO_SEARCH)),
    searchIndex: () => Promise.reject(new Error(NO_SEARCH)),
    lastWords: async () => (await readFile(parts.logFile, 'utf8')).split('\n').slice(-10).join('\n'),
    async restart() {
      await halt();
      return startOn(folder, false, profileFolder);
    },
    async stop() {
      await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
