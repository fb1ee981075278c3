import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@vestnik/servers';
import type { Row } from '../report/row.ts';
import { measureProbe, PROBE_SECONDS } from './measure-probe.ts';
import type { SocketTask } from './socket-peer.ts';

const FILE = fileURLToPath(new URL('./socket-peer.ts', import.meta.url));
const SOCKETS = 1_000;
const WARM_UP_MS = 500;

/** Frames that uWebSockets publishes to a thousand sockets of a light client, each on its own. */
export function probeSocketPublish(name: string): Promise<Row> {
  return probe(name, 1);
}

/** The same when sixteen go together, as those of one commit do. */
export function probeSocketBatches(name: string): Promise<Row> {
  return probe(name, 16);
}

async function probe(name: string, publishesPerTurn: number): Promise<Row> {
  const port = await freePort('127.0.0.1');
  const server = fork(FILE, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const clients = fork(FILE, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  try {
    await ask(server, { role: 'server', port, publishesPerTurn });
    await ask(clients, { role: 'clients', port, sockets: SOCKETS });
    server.send('begin');
    await delay(WARM_UP_MS);
    const processes = [{ name: 'server', pid: server.pid ?? 0, withChildren: false }];
    const title = `uWebSockets: deliveries to ${SOCKETS} sockets, published ${publishesPerTurn} at a time`;
    const row = await measureProbe(name, title, processes, async () => {
      const before = await count(clients);
      const began = performance.now();
      await delay(PROBE_SECONDS * 1_000);
      const after = await count(clients);
      return { operations: after - before, seconds: (performance.now() - began) / 1_000 };
    });
    server.send('end');
    return row;
  } finally {
    server.kill();
    clients.kill();
  }
}

async function count(clients: ChildProcess): Promise<number> {
  return ((await ask(clients, 'count')) as { received: number }).received;
}

function ask(peer: ChildProcess, message: SocketTask | 'count'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    peer.once('message', resolve);
    peer.once('exit', (code) => reject(new Error(`a peer of the sockets ended with ${code}`)));
    peer.send(message);
  });
}
