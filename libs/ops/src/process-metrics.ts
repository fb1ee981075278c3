import type { Metrics } from './metrics.ts';

/** Buckets of request durations in seconds, up to the time that a caller waits. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

/** Counts the subjects that the bus refuses to a process. Above 0, the permissions of the process lack a subject. */
export function countRefusals(metrics: Metrics, bus: { onRefused(handle: () => void): void }): void {
  const refused = metrics.counter(
    'bus_refused_total',
    'Attempts of this process to publish or subscribe to a subject without permission',
  );
  bus.onRefused(() => refused.inc());
}

/** Counts requests by outcome (`ok` or the code of the refusal), and times them. Returns the function that counts one. */
export function countRequests(metrics: Metrics): (verb: string, outcome: string, seconds: number) => void {
  const requests = metrics.counter('requests_total', 'Requests by endpoint and outcome', ['endpoint', 'outcome']);
  const durations = metrics.histogram('request_duration_seconds', 'Time to answer a request', BUCKETS, ['endpoint']);
  return (endpoint, outcome, seconds) => {
    requests.inc({ endpoint, outcome });
    durations.observe({ endpoint }, seconds);
  };
}

/** Counts durable events that were set aside, by consumer. Returns the function that counts one. */
export function countSetAside(metrics: Metrics): (consumer: string) => void {
  const setAside = metrics.counter('events_set_aside_total', 'Durable events that could not be handled', ['consumer']);
  return (consumer) => setAside.inc({ consumer });
}
