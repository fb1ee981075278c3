import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree } from '@vestnik/servers';
import type { Progress } from '../../tools/start/progress.ts';
import { readStartSettings, type StartSettings } from '../../tools/start/settings.ts';
import { createSystem } from '../../tools/start/system.ts';
import type { MeasuredProcess } from '../measure/processes.ts';
import { createRestCaller } from './rest-caller.ts';
import type { RunningSystem } from './running-system.ts';
import { readPaths, seedVestnik } from './vestnik-history.ts';
import { searchIndex, seedSearch } from './vestnik-search.ts';

/** How a system is wanted. */
export interface VestnikOptions {
  /** `INSTANCES` of the start; one of each when not given. */
  instances?: string | undefined;
  /** A folder that stays; a new one, removed at the stop, when not given. */
  dataDir?: string | undefined;
  profileFolder: string;
}

const HOST = '127.0.0.1';

/**
 * Boots the whole of Vestnik exactly as `npm start` does, on free ports and a folder of its own. The rate limits are off. Other
 * limits are those of the environment.
 */
export async function startVestnik(options: VestnikOptions): Promise<RunningSystem> {
  return startOn(options.dataDir ?? (await mkdtemp(join(tmpdir(), 'vestnik-bench-'))), options);
}

async function startOn(dataDir: string, options: VestnikOptions): Promise<RunningSystem> {
  const inside = new URL('./inside.ts', import.meta.url);
  inside.searchParams.set('folder', options.profileFolder);
  const settings = readStartSettings({
    PATH: process.env['PATH'],
    DATA_DIR: dataDir,
    INSTANCES: options.instances,
    ...(await ports()),
    HOST,
    LOG_LEVEL: 'warn',
    DEMO: '0',
    LIMIT_FRAMES_PER_SECOND: '0',
    LIMIT_REQUESTS_PER_SECOND: '0',
    LIMIT_COMPANY_MESSAGES_PER_DAY: '0',
    LIMIT_COMPANY_GROUPS: '0',
    LIMIT_USER_CONVERSATIONS: '0',
    LIMIT_USER_CREATIONS_PER_HOUR: '0',
    LIMIT_USER_STRANGERS_PER_HOUR: '0',
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('LIMIT_'))),
    NODE_OPTIONS: `--import=${inside.href}`,
  });
  const system = createSystem(settings, QUIET, new AbortController().signal);
  const stop = async () => {
    await system.stop();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const { jwtSecret } = await system.start();
    return await describe(dataDir, options, settings, system, jwtSecret ?? '', stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function describe(
  dataDir: string,
  options: VestnikOptions,
  settings: StartSettings,
  system: { stop(): Promise<void> },
  secret: string,
  stop: () => Promise<void>,
): Promise<RunningSystem> {
  const sockets = {
    addresses: settings.gateways.map(({ socketPort }) => ({ host: HOST, port: socketPort })),
    saysReady: true,
  };
  const rest = settings.gateways.map(({ port }) => ({ host: HOST, port }));
  const call = createRestCaller(rest[0]?.port ?? 0, secret);
  const create = async (userId: number, body: unknown) =>
    ((await call(userId, 'POST', '/conversations', body)) as { conversation: { id: number } }).conversation.id;
  const adminUrl = await databaseUrl(settings);
  return {
    name: 'vestnik',
    doors: { native: sockets, 'socket.io': sockets },
    rest,
    secret,
    processes: await processesOf(settings),
    doorProcess: 'gateway',
    profileFolder: options.profileFolder,
    createDirect: (userId, otherId) => create(userId, { participantId: otherId }),
    createGroup: ([owner = 0, ...others]) => create(owner, { type: 'group', name: 'Bench', participantIds: others }),
    seed: (history) => seedVestnik(adminUrl, history),
    readPaths,
    seedSearch: (history) => seedSearch(adminUrl, history),
    searchIndex: () => searchIndex(adminUrl),
    lastWords: () => lastWords(settings.layout.logs),
    async restart() {
      await system.stop();
      return startOn(dataDir, options);
    },
    stop,
  };
}

/** Says nothing but what goes wrong: a service that is started again, for instance. */
const QUIET: Progress = {
  step: (_, work) => work(),
  parallelStep: (_, work) => work(),
  say: (line) => void process.stderr.write(`${line}\n`),
};

/** Below the range from which the system takes the ports of outgoing connections, so that none of them is in the way. */
const PORTS = { from: 10_000, to: 30_000 };
/** Further gateways listen ten further each; so many are kept free. */
const SPAN = 100;

/** Ports for the first gateway, with room for more behind. */
async function ports(): Promise<{ PORT: string; WS_PORT: string; OPS_PORT: string }> {
  for (;;) {
    const first = randomInt(PORTS.from, PORTS.to);
    const wanted = Array.from({ length: SPAN }, (_, index) => first + index);
    const free = await Promise.all(wanted.map((port) => isPortFree(port, HOST)));
    if (free.every(Boolean)) return { PORT: `${first}`, WS_PORT: `${first + 1}`, OPS_PORT: `${first + 2}` };
  }
}

/** Process ids as the servers and the start themselves have written them down. */
async function processesOf({ layout, instances }: StartSettings): Promise<MeasuredProcess[]> {
  const read = async (name: string, file: string) => ({
    name,
    pid: Number((await readFile(file, 'utf8')).split('\n')[0]),
    withChildren: name === 'postgres',
  });
  const services = Object.entries(instances).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) => read(name, join(layout.run, `${name}-${index + 1}.pid`))),
  );
  return Promise.all([
    ...services,
    read('postgres', join(layout.postgres, 'cluster', 'postmaster.pid')),
    read('nats', join(layout.nats, 'nats.pid')),
  ]);
}

async function databaseUrl({ layout }: StartSettings): Promise<string> {
  const password = await readFile(join(layout.postgres, 'superuser-password'), 'utf8');
  const [, , , port] = (await readFile(join(layout.postgres, 'cluster', 'postmaster.pid'), 'utf8')).split('\n');
  return `postgres://vestnik:${password}@${HOST}:${port}/vestnik`;
}

const LAST_LINES = 5;

async function lastWords(folder: string): Promise<string> {
  const files = (await readdir(folder)).sort();
  const parts = files.map(async (file) => {
    const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n').slice(-LAST_LINES);
    return `${file}\n${lines.map((line) => `  ${line.slice(0, 500)}`).join('\n')}`;
  });
  return (await Promise.all(parts)).join('\n');
}
