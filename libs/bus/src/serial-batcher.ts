import { setTimeout as delay } from 'node:timers/promises';

/** Gathers items while a batch is under way, so that many share one trip and one item alone waits for nobody. */
export interface SerialBatcher<Item, Result> {
  /** Adds an item; resolves with its result. Items are handed over in the order of the calls. */
  add(item: Item): Promise<Result>;
  /** Items that wait or are under way. */
  size(): number;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Creates a batcher with at most one batch under way. `run` gets 1 to `maxBatch` items and returns one result for each,
 * in the same order; what it throws is thrown to every item of that batch. With `weigh` a batch also ends before the
 * item that would make it heavier than `maxWeight`; an item beyond that goes alone. With `lingerMs` a batch waits that
 * long for more, for work that nobody waits for. With `paceMs` batches begin at least that far apart: the first goes at
 * once, and under load each takes what came meanwhile.
 */
export function createSerialBatcher<Item, Result>(
  maxBatch: number,
  run: (items: Item[]) => Promise<Result[]>,
  options: { weigh?(item: Item): number; maxWeight?: number; lingerMs?: number; paceMs?: number } = {},
): SerialBatcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;
  let worker: Promise<void> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;

  /** How many of those that wait go together now. */
  function batchLength(): number {
    const most = Math.min(waiting.length, maxBatch);
    const { weigh, maxWeight = Number.POSITIVE_INFINITY } = options;
    if (!weigh) return most;
    let total = 0;
    for (let index = 0; index < most; index += 1) {
      total += weigh((waiting[index] as Waiting<Item, Result>).item);
      if (total > maxWeight) return Math.max(1, index);
    }
    return most;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const restMs = Math.max(options.lingerMs ?? 0, begunAt + (options.paceMs ?? 0) - performance.now());
      if (restMs > 0) await delay(restMs);
      begunAt = performance.now();
      const length = batchLength();
      const batch = waiting.slice(0, length);
      waiting = waiting.slice(length);
      underWay = length;
      try {
        const results = await run(batch.map(({ item }) => item));
        batch.forEach((entry, index) => entry.resolve(results[index] as Result));
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
      underWay = 0;
    }
    worker = undefined;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // The first batch starts after the current turn, so that what one read from a socket brought goes together.
        worker ??= Promise.resolve().then(work);
      }),
    size: () => waiting.length + underWay,
    async idle() {
      while (worker) await worker;
    },
  };
}
