import type { Metrics } from './metrics.ts';

/** Seconds that requests are counted by, up to what a caller waits for. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

/** Counts what the bus refuses to a process, in `bus_refused_total`: it must stay 0, its permissions lack something. */
export function countRefusals(metrics: Metrics, bus: { onRefused(handle: () => void): void }): void {
  const refused = metrics.counter(
    'bus_refused_total',
    'What this process may not publish or subscribe to, and tried to',
  );
  bus.onRefused(() => refused.inc());
}

/** Counts requests by outcome (`ok` or the code of the refusal), and times them; returns how to count one. */
export function countRequests(metrics: Metrics): (verb: string, outcome: string, seconds: number) => void {
  const requests = metrics.counter('requests_total', 'Requests by endpoint and outcome', ['endpoint', 'outcome']);
  const durations = metrics.histogram('request_duration_seconds', 'Time to answer a request', BUCKETS, ['endpoint']);
  return (endpoint, outcome, seconds) => {
    requests.inc({ endpoint, outcome });
    durations.observe({ endpoint }, seconds);
  };
}

/** Counts durable events that could not be handled, by who consumes them; returns how to count one. */
export function countSetAside(metrics: Metrics): (consumer: string) => void {
  const setAside = metrics.counter('events_set_aside_total', 'Durable events that could not be handled', ['consumer']);
  return (consumer) => setAside.inc({ consumer });
}
