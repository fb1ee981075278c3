import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from './errors.ts';
import { freePort } from './ports.ts';

/** The place of a nats-server in a cluster, whose servers all keep the same streams. */
export type ClusterPlace = {
  /** Its name, which no other server of the cluster has. */
  name: string;
  /** Its port for the other servers, on 127.0.0.1. */
  port: number;
  /** The ports of all servers. */
  ports: readonly number[];
  /** The password among the servers. Without one any process of the machine could join. */
  password: string;
};

/** How often a server asks another one whether it is there. After two silent pings it drops the line and goes on without. */
const PING_EVERY = '3s';
const READY_WITHIN_MS = 60_000;
const EVERY_MS = 100;

/** Chooses the places of so many servers of one cluster. */
export async function planCluster(size: number): Promise<ClusterPlace[]> {
  const ports: number[] = [];
  while (ports.length < size) ports.push(await freePort());
  const password = randomBytes(24).toString('base64url');
  return ports.map((port, index) => ({ name: `vestnik-${index + 1}`, port, ports, password }));
}

/** The part of a server's configuration that names the others. */
export function clusterConfiguration({ port, ports, password }: ClusterPlace): string {
  const routes = ports.map((other) => JSON.stringify(`nats-route://server:${password}@127.0.0.1:${other}`));
  return `ping_interval: "${PING_EVERY}"
ping_max: 2
cluster {
  name: vestnik
  listen: "127.0.0.1:${port}"
  authorization { user: server, password: ${JSON.stringify(password)}, timeout: 20 }
  routes: [${routes.join(', ')}]
}`;
}

/**
 * Waits until the servers of a cluster have found one another and take streams.
 *
 * @param monitorUrls the servers' own monitoring
 * @throws ServerError when that takes longer than a minute
 */
export async function awaitCluster(monitorUrls: readonly string[], signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answers = await Promise.all(monitorUrls.map((url) => isHealthy(url)));
    if (answers.every(Boolean)) return;
    signal?.throwIfAborted();
    if (performance.now() > deadline) {
      throw new ServerError(`the nats-servers have not found one another after ${READY_WITHIN_MS / 1_000} s`);
    }
    await delay(EVERY_MS, undefined, { signal });
  }
}

/** Whether a server has a leader and all of its streams, as nats-server judges itself. */
async function isHealthy(monitorUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
