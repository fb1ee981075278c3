import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from './fault.ts';
import type { Layout } from './layout.ts';

/**
 * A cluster of nats-servers does not take over the streams of a server that stood alone, nor the other way round.
 *
 * @param size the embedded nats-servers to start
 * @throws Fault when the data folder has streams of the other kind
 */
export function refuseOtherNatsSize({ dataDir, nats, natsCluster }: Layout, size: number): void {
  const isAlone = size === 1;
  if (!existsSync(isAlone ? natsCluster : join(nats, 'jetstream'))) return;
  const [had, wanted] = isAlone ? ['three nats-servers', 3] : ['one nats-server', 1];
  throw new Fault(
    `${dataDir} has the streams of ${had}, which NATS_SERVERS=${size} would leave behind: ` +
      `set NATS_SERVERS=${wanted}, or DATA_DIR to another folder`,
  );
}
