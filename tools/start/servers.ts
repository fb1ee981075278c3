import { join } from 'node:path';
import {
  awaitCluster,
  type ClusterPlace,
  freePort,
  type NatsUsers,
  planCluster,
  type RunningServer,
  startNats,
  startPostgres,
} from '@vestnik/servers';
import type { Layout } from './layout.ts';
import { stopWhenStuck } from './stuck-store.ts';
import { type Supervision, supervise } from './supervisor.ts';

/** An embedded server that is kept running on one address. */
export type EmbeddedServer = Supervision & { url: string };

type StartOptions = { dataDir: string; port: number; logFile: string; signal: AbortSignal };

/** Options of both embedded servers. */
export type EmbeddedOptions = {
  layout: Layout;
  report: (line: string) => void;
  /** Ends the first start early. */
  signal: AbortSignal;
};

/** Keeps the embedded PostgreSQL running; `url` is its superuser's. */
export function embedPostgres(options: EmbeddedOptions): Promise<EmbeddedServer> {
  return embed('PostgreSQL', options, options.layout.postgres, 'postgres.log', startPostgres);
}

/** An embedded nats-server that is kept running. `monitorUrl` is its own monitoring. */
export type EmbeddedNats = EmbeddedServer & { name: string; monitorUrl: string };

/** Keeps one embedded nats-server running, or a cluster of several, for these users alone. */
export async function embedNats(options: EmbeddedOptions, users: NatsUsers, size: number): Promise<EmbeddedNats[]> {
  const { layout } = options;
  if (size === 1) return [await embedNatsServer('nats-server', layout.nats, options, users)];
  const places = await planCluster(size);
  const starts = places.map((place, index) => {
    const name = `nats-server-${index + 1}`;
    return embedNatsServer(name, join(layout.natsCluster, name), options, users, place);
  });
  await Promise.allSettled(starts);
  const servers = await Promise.all(starts);
  await awaitCluster(
    servers.map(({ monitorUrl }) => monitorUrl),
    options.signal,
  );
  return servers;
}

/** Keeps an embedded nats-server running, and restarts it after a full disk. */
async function embedNatsServer(
  name: string,
  dataDir: string,
  options: EmbeddedOptions,
  users: NatsUsers,
  place?: ClusterPlace,
): Promise<EmbeddedNats> {
  const monitorPort = await freePort();
  const monitorUrl = `http://127.0.0.1:${monitorPort}`;
  const start = async (wanted: StartOptions) => {
    const server = await startNats({ ...wanted, monitorPort, users, place });
    void stopWhenStuck({ ...server, monitorUrl, dataDir: wanted.dataDir }, options.report);
    return server;
  };
  const logFile = place ? `${name}.log` : 'nats.log';
  const server = await embed(name, options, dataDir, logFile, start);
  return { ...server, name, monitorUrl };
}

async function embed(
  name: string,
  options: EmbeddedOptions,
  dataDir: string,
  log: string,
  start: (options: StartOptions) => Promise<RunningServer>,
): Promise<EmbeddedServer> {
  // The port is chosen once, so that clients find the server at the same address after a crash.
  const port = await freePort();
  const logFile = join(options.layout.logs, log);
  let url = '';
  const supervision = await supervise({
    name,
    report: options.report,
    start: async (signal) => {
      const server = await start({ dataDir, port, logFile, signal: AbortSignal.any([signal, options.signal]) });
      url = server.url;
      return server;
    },
  });
  return { ...supervision, url };
}
