import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createClient } from '@vestnik/postgres';
import { type Cluster, openCluster, SUPERUSER } from './cluster.ts';
import { postgresPrograms } from './platform-packages.ts';
import { freePort } from './ports.ts';
import { asUnprivileged } from './privileges.ts';
import { stopStale } from './process-table.ts';
import { type RunningServer, runServer } from './server-process.ts';

/** The database of an embedded cluster. */
const DATABASE = 'vestnik';

/** Crash recovery of a large database may take this long. */
const READY_WITHIN_MS = 120_000;

/** Suits a small server and a laptop alike; durable: fsync and synchronous_commit keep their defaults, on. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  wal_compression: 'pglz',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
};

/** What `startPostgres` needs to know. */
export type PostgresOptions = {
  /** Folder for the cluster and its password; made when it is missing, found again on the next start. */
  dataDir: string;
  /** A free one when not given. */
  port?: number;
  /** The server's own log; appended to. */
  logFile: string;
  /** Ends the start early; its reason is thrown. */
  signal?: AbortSignal;
  /** Server settings (`postgresql.conf` names) over the built-in ones. */
  settings?: Record<string, string>;
};

/**
 * Runs a real PostgreSQL on 127.0.0.1 from its platform package and creates the database `vestnik`; `url` is the
 * superuser's. A server left on the same folder by a killed run is stopped first. Where the system allows (Linux), it
 * also stops when the process that started it is killed.
 * @throws ServerError in one line when it cannot be started
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const dataDir = resolve(options.dataDir);
  const settings = { ...SETTINGS, ...options.settings };
  const programs = await postgresPrograms();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await mkdir(dirname(options.logFile), { recursive: true });
  const cluster = await openCluster(dataDir, programs.initdb, settings.fsync !== 'off');
  await removeStale(cluster);

  const port = options.port ?? (await freePort());
  const urlTo = (database: string) => `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${database}`;
  const server = await runServer({
    title: 'PostgreSQL',
    command: [
      ...(await asUnprivileged(cluster.uid, cluster.gid, 'SIGINT')),
      programs.postgres,
      '-D',
      cluster.path,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    logFile: options.logFile,
    isReady: () => accepts(urlTo('postgres')),
    readyWithinMs: READY_WITHIN_MS,
    stopSignals: ['SIGINT', 'SIGQUIT'],
    signal: options.signal,
  });
  try {
    await createDatabase(urlTo('postgres'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, port, url: urlTo(DATABASE) };
}

async function removeStale(cluster: Cluster): Promise<void> {
  const pidFile = join(cluster.path, 'postmaster.pid');
  await stopStale({
    pidFile,
    commandHas: ['postgres', cluster.path],
    signals: ['SIGINT', 'SIGQUIT'],
    patienceMs: 5000,
  });
  // A file that is still there names a process of another program. Postgres itself only sees that the id is in use.
  await rm(pidFile, { force: true });
}

async function accepts(url: string): Promise<boolean> {
  const client = createClient(url, { connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the database on first use and closes every database of the cluster to roles that were not invited. */
async function createDatabase(url: string): Promise<void> {
  const client = createClient(url);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    await client.query(`revoke all on database ${DATABASE}, postgres, template1 from public`);
  } finally {
    await client.end();
  }
}
