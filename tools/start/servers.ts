import { join } from 'node:path';
import { freePort, type NatsUsers, type RunningServer, startNats, startPostgres } from '@vestnik/servers';
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

/**
 * Keeps the embedded nats-server running, for these users alone, and restarts it after a full disk. `monitorUrl` is its own
 * monitoring.
 */
export async function embedNats(
  options: EmbeddedOptions,
  users: NatsUsers,
): Promise<EmbeddedServer & { monitorUrl: string }> {
  const monitorPort = await freePort();
  const monitorUrl = `http://127.0.0.1:${monitorPort}`;
  const start = async (wanted: StartOptions) => {
    const server = await startNats({ ...wanted, monitorPort, users });
    void stopWhenStuck({ ...server, monitorUrl, dataDir: wanted.dataDir }, options.report);
    return server;
  };
  const server = await embed('nats-server', options, options.layout.nats, 'nats.log', start);
  return { ...server, monitorUrl };
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
