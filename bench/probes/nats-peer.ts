import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createHistogram, type Latency } from '../measure/histogram.ts';

/** The task of a peer. */
export interface PeerTask {
  role: 'responder' | 'requester' | 'publisher' | 'streamer';
  url: string;
  seconds: number;
  /** Operations under way at the same time. */
  inFlight: number;
}

/** The figures of a peer. */
export interface PeerReport {
  operations: number;
  seconds: number;
  latency: Latency;
}

const SUBJECT = 'probe';
/** Bytes of a request, an answer and an event. */
const PAYLOAD = Buffer.alloc(200, 'x');
/** Publishes between two round trips that keep the publisher from running away. */
const FLUSH_EVERY = 1_000;

async function work(connection: NatsConnection, { role, seconds, inFlight }: PeerTask): Promise<PeerReport> {
  const latency = createHistogram();
  const began = performance.now();
  const deadline = began + seconds * 1_000;
  let operations = 0;

  const operate = await operation(connection, role);
  const repeat = async () => {
    while (performance.now() < deadline) {
      const from = performance.now();
      const done = await operate();
      operations += done;
      latency.record(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, repeat));
  return { operations, seconds: (performance.now() - began) / 1_000, latency: latency.summary() };
}

async function operation(connection: NatsConnection, role: PeerTask['role']): Promise<() => Promise<number>> {
  if (role === 'requester') {
    return async () => {
      await connection.request(SUBJECT, PAYLOAD);
      return 1;
    };
  }
  if (role === 'publisher') {
    return async () => {
      for (let count = 0; count < FLUSH_EVERY; count += 1) connection.publish(SUBJECT, PAYLOAD);
      await connection.flush();
      return FLUSH_EVERY;
    };
  }
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'PROBE', subjects: ['stream'] });
  const streams = jetstream(connection);
  return async () => {
    await streams.publish('stream', PAYLOAD);
    return 1;
  };
}

process.once('message', async (task: PeerTask) => {
  const connection = await connect({ servers: task.url });
  if (task.role === 'responder') {
    connection.subscribe(SUBJECT, { callback: (_, message) => void message.respond(PAYLOAD) });
    await connection.flush();
    process.send?.({ ready: true });
    return;
  }
  process.send?.({ ready: true });
  process.send?.(await work(connection, task));
});
process.on('disconnect', () => process.exit(0));
