import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The places of a system's files, below its data folder. */
export type Layout = {
  dataDir: string;
  postgres: string;
  nats: string;
  /** Folders of several nats-servers. */
  natsCluster: string;
  logs: string;
  /** Process ids and the description of the running system. */
  run: string;
  secrets: string;
  /** Description of the running system, for `npm run token` and the demo. */
  system: string;
  /** Process id of the start that has this folder. */
  lock: string;
};

/** The layout of a data folder. */
export function layoutOf(dataDir: string): Layout {
  const run = join(dataDir, 'run');
  return {
    dataDir,
    postgres: join(dataDir, 'postgres'),
    nats: join(dataDir, 'nats'),
    natsCluster: join(dataDir, 'nats-cluster'),
    logs: join(dataDir, 'logs'),
    run,
    secrets: join(dataDir, 'secrets.json'),
    system: join(run, 'system.json'),
    lock: join(run, 'start.pid'),
  };
}
