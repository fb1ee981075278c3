import { Gauge } from '@prometheus-io/client';
import { ERROR_STATUS } from '@vestnik/contracts';
import type { Metrics } from './metrics.ts';

/** Buckets of request durations in seconds, up to the time that a caller waits. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

/** The parts of a bus connection that metrics tell of. */
export interface WatchedBus {
  isConnected(): boolean;
  onRefused(handle: () => void): void;
}

/**
 * Tells whether the bus is connected, and counts the subjects that the bus refuses to a process. Above 0, the permissions of
 * the process lack a subject.
 */
export function watchBus(metrics: Metrics, bus: WatchedBus): void {
  metrics.gauge('bus_connected', '1 while the bus is connected', () => Number(bus.isConnected()));
  const refused = metrics.counter(
    'bus_refused_total',
    'Attempts of this process to publish or subscribe to a subject without permission',
  );
  bus.onRefused(() => refused.inc());
}

/** The connections of a database pool. */
export interface PoolUse {
  open: number;
  idle: number;
  /** Statements that wait for a connection. */
  waiting: number;
}

/** Tells how many connections of the database are open, idle and waited for. */
export function watchPool(metrics: Metrics, poolUse: () => PoolUse): void {
  metrics.gauges('database_connections', 'Connections of the pool by state', 'state', async () => ({ ...poolUse() }));
}

/** The parts of a service that keep what it writes, and whether each takes writes at present. */
export interface WrittenParts {
  database: 'ok' | 'down';
  stream?: 'ok' | 'down' | undefined;
}

/** Tells whether durable writes can be made: into the database, and into the service's stream of the bus if it has one. */
export function watchWrites(metrics: Metrics, look: () => Promise<WrittenParts>): void {
  metrics.gauges(
    'writable',
    '1 while durable writes can be made, into the database and into the stream',
    'part',
    async () => {
      const { database, stream } = await look();
      return { database: Number(database === 'ok'), ...(stream && { stream: Number(stream === 'ok') }) };
    },
  );
}

/** The outcomes of a request: `ok`, or the code of the refusal. */
export const OUTCOMES: readonly string[] = ['ok', ...Object.keys(ERROR_STATUS)];

/** Counts requests by outcome, and times them. Returns the function that counts one. */
export function countRequests(
  metrics: Metrics,
  endpoints: readonly string[],
): (verb: string, outcome: string, seconds: number) => void {
  const requests = metrics.counter('requests_total', 'Requests by endpoint and outcome', {
    endpoint: endpoints,
    outcome: OUTCOMES,
  });
  const durations = metrics.histogram('request_duration_seconds', 'Time to answer a request', BUCKETS, ['endpoint']);
  return (endpoint, outcome, seconds) => {
    requests.inc({ endpoint, outcome });
    durations.observe({ endpoint }, seconds);
  };
}

/** Counts durable events that were set aside, by consumer, from 0 on. Returns the function that counts one. */
export function countSetAside(metrics: Metrics, consumers: readonly { durable: string }[]): (consumer: string) => void {
  const setAside = metrics.counter('events_set_aside_total', 'Durable events that could not be handled', {
    consumer: consumers.map(({ durable }) => durable),
  });
  return (consumer) => setAside.inc({ consumer });
}

/**
 * Shows how much of the bytes that a stream may keep is used, from 0 to 1. A stream without an answer has no value.
 *
 * @param streams returns the used share of each stream, by its name
 */
export function showStreams(metrics: Metrics, streams: Readonly<Record<string, () => Promise<number>>>): void {
  new Gauge({
    name: 'vestnik_stream_used_share',
    help: 'Used share of the bytes that a stream of the bus may keep; at 1 it drops its oldest events, or refuses new ones',
    labelNames: ['stream'],
    registers: [metrics.registry],
    async collect() {
      this.reset();
      for (const [stream, read] of Object.entries(streams)) {
        const share = await read().catch(() => undefined);
        if (share !== undefined) this.set({ stream }, share);
      }
    },
  });
}
