import { createHistogram as createNativeHistogram } from 'node:perf_hooks';

/** Percentiles of a latency, in milliseconds. */
export interface Latency {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** Counts durations to within 0.1 %, in constant memory. */
export interface Histogram {
  /** Takes one duration, in milliseconds; less than a microsecond, and a negative one, counts as one. */
  record(milliseconds: number): void;
  summary(): Latency;
}

/** Creates an empty histogram. */
export function createHistogram(): Histogram {
  const microseconds = createNativeHistogram();
  const within = (percent: number) => microseconds.percentile(percent) / 1_000;
  return {
    record: (milliseconds) => microseconds.record(Math.max(1, Math.round(milliseconds * 1_000))),
    summary: () => ({ count: microseconds.count, p50: within(50), p99: within(99), max: microseconds.max / 1_000 }),
  };
}
