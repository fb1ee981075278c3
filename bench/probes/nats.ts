import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNats } from '@vestnik/servers';
import type { MeasuredProcess } from '../measure/processes.ts';
import type { Row } from '../report/row.ts';
import { inFolder, measureProbe, PROBE_SECONDS } from './measure-probe.ts';
import type { PeerReport, PeerTask } from './nats-peer.ts';

const FILE = fileURLToPath(new URL('./nats-peer.ts', import.meta.url));
const IN_FLIGHT = 256;

/** Requests answered by another process, many under way. */
export function probeRequests(name: string): Promise<Row> {
  return probe(name, `NATS: request and reply, ${IN_FLIGHT} in flight`, 'requester', IN_FLIGHT);
}

/** The same, one at a time: what one hop takes. */
export function probeRequestsAlone(name: string): Promise<Row> {
  return probe(name, 'NATS: request and reply, one at a time', 'requester', 1);
}

/** Core publishes from one connection. */
export function probePublish(name: string): Promise<Row> {
  return probe(name, 'NATS: core publishes', 'publisher', 1);
}

/** Publishes that a stream on disk acknowledges. */
export function probeJetStream(name: string): Promise<Row> {
  return probe(name, `JetStream: publishes, ${IN_FLIGHT} in flight`, 'streamer', IN_FLIGHT);
}

function probe(name: string, title: string, role: PeerTask['role'], inFlight: number): Promise<Row> {
  return inFolder(async (folder) => {
    const nats = await startNats({ dataDir: join(folder, 'nats'), logFile: join(folder, 'nats.log') });
    const peers: ChildProcess[] = [];
    const start = async (task: PeerTask) => {
      const peer = fork(FILE, { execArgv: ['--disable-warning=ExperimentalWarning'] });
      peers.push(peer);
      const ready = messageFrom(peer);
      peer.send(task);
      await ready;
      return peer;
    };
    const measured = (peer: ChildProcess, peerName: string): MeasuredProcess => {
      return { name: peerName, pid: peer.pid ?? 0, withChildren: false };
    };
    try {
      const task = { url: nats.url, seconds: PROBE_SECONDS, inFlight };
      const processes: MeasuredProcess[] = [{ name: 'nats', pid: nats.pid, withChildren: false }];
      if (role === 'requester') processes.push(measured(await start({ ...task, role: 'responder' }), 'responder'));
      const peer = await start({ ...task, role });
      return await measureProbe(name, title, [...processes, measured(peer, role)], async () => {
        const { operations, seconds, latency } = (await messageFrom(peer)) as PeerReport;
        const { p50, p99, max } = latency;
        return { operations, seconds, figures: role === 'publisher' ? {} : { p50_ms: p50, p99_ms: p99, max_ms: max } };
      });
    } finally {
      for (const peer of peers) peer.kill();
      await nats.stop();
    }
  });
}

function messageFrom(peer: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    peer.once('message', resolve);
    peer.once('exit', (code) => reject(new Error(`a peer of the bus ended with ${code}`)));
  });
}
