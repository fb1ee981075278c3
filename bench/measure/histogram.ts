/** Percentiles of a latency, in milliseconds. */
export interface Latency {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** Counts durations in buckets that are at most 1.6 % wide, in constant memory. */
export interface Histogram {
  /** Takes one duration, in milliseconds; a negative one counts as none. */
  record(milliseconds: number): void;
  summary(): Latency;
}

/** Buckets of one power of two. */
const STEPS = 64;
/** Microseconds up to 2^36: nineteen hours. */
const POWERS = 36;

/** Creates an empty histogram. */
export function createHistogram(): Histogram {
  const buckets = new Uint32Array(STEPS * POWERS);
  let count = 0;
  let max = 0;

  function percentile(share: number): number {
    const wanted = Math.ceil(count * share);
    let seen = 0;
    for (let index = 0; index < buckets.length; index += 1) {
      seen += buckets[index] ?? 0;
      if (seen >= wanted && seen > 0) return Math.min(upperBound(index) / 1_000, max);
    }
    return max;
  }

  return {
    record(milliseconds) {
      const microseconds = milliseconds > 0 ? milliseconds * 1_000 : 0;
      const index = bucketOf(microseconds);
      buckets[index] = (buckets[index] ?? 0) + 1;
      count += 1;
      if (milliseconds > max) max = milliseconds;
    },
    summary: () => ({ count, p50: percentile(0.5), p99: percentile(0.99), max }),
  };
}

/** Below 64 µs a bucket is one microsecond wide, then twice as wide with each power of two. */
function bucketOf(microseconds: number): number {
  const whole = Math.floor(microseconds);
  if (whole < STEPS) return whole;
  const power = Math.floor(Math.log2(whole)) - 5;
  const index = power * (STEPS / 2) + Math.floor(whole / 2 ** power);
  return Math.min(index, STEPS * POWERS - 1);
}

function upperBound(index: number): number {
  if (index < STEPS) return index + 1;
  const power = Math.floor(index / (STEPS / 2)) - 1;
  return (index - power * (STEPS / 2) + 1) * 2 ** power;
}
