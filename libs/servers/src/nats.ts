import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { moveStreamsToAccounts } from './nats-accounts.ts';
import { type ClusterPlace, clusterConfiguration } from './nats-cluster.ts';
import { natsGreeting } from './nats-greeting.ts';
import { natsProgram } from './platform-packages.ts';
import { freePort } from './ports.ts';
import { dieWithParent } from './privileges.ts';
import { stopStale } from './process-table.ts';
import { type RunningServer, runServer } from './server-process.ts';

const READY_WITHIN_MS = 60_000;

/** What `startNats` needs to know. */
export type NatsOptions = {
  /** Folder for JetStream's files; made when it is missing, found again on the next start. */
  dataDir: string;
  /** A free one when not given. */
  port?: number;
  /** Port of the server's own monitoring on 127.0.0.1 (`/varz`, `/jsz`, `/healthz`); none when not given. */
  monitorPort?: number;
  /** The server's own log; appended to. */
  logFile: string;
  /** Ends the start early; its reason is thrown. */
  signal?: AbortSignal;
  /**
   * How long JetStream may keep what it acknowledged in the system's cache, as nats-server writes durations. By default
   * `always`: JetStream syncs each event to the disk before it acknowledges the event.
   */
  syncInterval?: string;
  /** The users and their permissions. Without them every client may do everything. */
  users?: NatsUsers | undefined;
  /** The server's place in a cluster. Without one it stands alone. */
  place?: ClusterPlace | undefined;
};

/** The users of a nats-server. */
export type NatsUsers = {
  /** A part of its configuration. */
  configuration: string;
  /** The variables that it names. */
  environment: Record<string, string>;
  /** Returns the account of a stream by its name, where the server has accounts. */
  accountOf?(stream: string): string;
};

/**
 * Runs a real nats-server with JetStream on 127.0.0.1 from its platform package. A server left on the same folder by a
 * killed run is stopped first. Where the system allows (Linux), it also stops when the process that started it is killed.
 * @throws ServerError in one line when it cannot be started
 */
export async function startNats(options: NatsOptions): Promise<RunningServer> {
  const dataDir = resolve(options.dataDir);
  const program = natsProgram();
  const pidFile = join(dataDir, 'nats.pid');
  const configFile = join(dataDir, 'nats.conf');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await mkdir(dirname(options.logFile), { recursive: true });
  await stopStale({ pidFile, commandHas: ['nats-server', configFile], signals: ['SIGINT'], patienceMs: 5000 });
  await rm(pidFile, { force: true });

  const port = options.port ?? (await freePort());
  const { syncInterval = 'always', users, monitorPort, place } = options;
  if (users?.accountOf) await moveStreamsToAccounts(storeIn(dataDir), users.accountOf);
  await writeFile(
    configFile,
    configuration({ port, monitorPort, dataDir, pidFile, syncInterval, users: users?.configuration ?? '', place }),
    { mode: 0o600 },
  );
  const server = await runServer({
    title: 'nats-server',
    command: [...(await dieWithParent('SIGINT')), program, '--config', configFile],
    env: { TZ: 'UTC', GOMAXPROCS: String(processors()), ...users?.environment },
    logFile: options.logFile,
    isReady: async () => (await natsGreeting('127.0.0.1', port))?.jetstream === true,
    readyWithinMs: READY_WITHIN_MS,
    stopSignals: ['SIGINT'],
    signal: options.signal,
  });
  return { ...server, port, url: `nats://127.0.0.1:${port}` };
}

/**
 * Half of the processors of the machine, which carry far more than the services beside the server ask for. With all of them,
 * Go wakes a thread for each packet to look for work, and that costs the threads that have work.
 */
function processors(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

/** The folder of JetStream's files in a data folder. */
function storeIn(dataDir: string): string {
  return join(dataDir, 'jetstream');
}

function configuration(of: {
  port: number;
  monitorPort: number | undefined;
  dataDir: string;
  pidFile: string;
  syncInterval: string;
  users: string;
  place: ClusterPlace | undefined;
}): string {
  return `server_name: ${of.place?.name ?? 'vestnik'}
listen: "127.0.0.1:${of.port}"
${of.monitorPort === undefined ? '' : `http: "127.0.0.1:${of.monitorPort}"`}
max_payload: 8MB
pid_file: ${JSON.stringify(of.pidFile)}
jetstream {
  store_dir: ${JSON.stringify(storeIn(of.dataDir))}
  sync_interval: ${JSON.stringify(of.syncInterval)}
  max_memory_store: 16MB
  max_file_store: 72GB
}
${of.place ? clusterConfiguration(of.place) : ''}
${of.users}`;
}
