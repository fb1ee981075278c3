/** Times in milliseconds, counted by tenths up to a minute, so that millions of them cost no memory. */
export interface Latencies {
  add(ms: number): void;
  count(): number;
  /** The time that a share (0 to 1) of all stays within. */
  percentile(share: number): number;
}

const PER_MS = 10;
const SLOTS = 60_000 * PER_MS;

/** Creates an empty count. */
export function createLatencies(): Latencies {
  const slots = new Uint32Array(SLOTS);
  let count = 0;
  return {
    add(ms) {
      const slot = Math.min(SLOTS - 1, Math.max(0, Math.round(ms * PER_MS)));
      slots[slot] = (slots[slot] ?? 0) + 1;
      count += 1;
    },
    count: () => count,
    percentile(share) {
      let left = Math.ceil(count * share);
      for (let slot = 0; slot < SLOTS; slot += 1) {
        left -= slots[slot] ?? 0;
        if (left <= 0) return slot / PER_MS;
      }
      return SLOTS / PER_MS;
    },
  };
}

/** A whole number with thousands set apart. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A count with its noun: `1 group`, `3 groups`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(value)} ${value === 1 ? noun : plural}`;
}
