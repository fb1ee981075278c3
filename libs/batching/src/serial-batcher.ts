import { runBatch, type Waiting, type Weight } from './waiting.ts';

/** Gathers items while a batch is in flight, so that many share one request. One item alone waits for no other. */
export interface SerialBatcher<Item, Result> {
  /** Adds an item; resolves with its result. Items are handed over in the order of the calls. */
  add(item: Item): Promise<Result>;
}

/** How a serial batcher waits, and how it divides its items. */
export interface SerialBatcherOptions<Item> {
  weight?: Weight<Item>;
  /** A batch waits this many milliseconds for more items. For work whose result no caller waits for. */
  lingerMs?: number;
  /**
   * Batches begin at least this many milliseconds apart. The first begins at once. Under load each batch takes the items
   * that came since the last one.
   */
  paceMs?: number;
}

/**
 * Creates a batcher with at most one batch in flight. `run` gets 1 to `maxBatch` items and returns one result for each,
 * in the same order. An error that it throws rejects every item of that batch.
 */
export function createSerialBatcher<Item, Result>(
  maxBatch: number,
  run: (items: Item[]) => Promise<Result[]>,
  { weight, lingerMs = 0, paceMs = 0 }: SerialBatcherOptions<Item> = {},
): SerialBatcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isWorking = false;
  let begunAt = Number.NEGATIVE_INFINITY;

  /** Returns how many of the waiting items go together now. */
  function batchLength(): number {
    const most = Math.min(waiting.length, maxBatch);
    if (!weight) return most;
    let total = 0;
    for (let index = 0; index < most; index += 1) {
      total += weight.of((waiting[index] as Waiting<Item, Result>).item);
      if (total > weight.max) return Math.max(1, index);
    }
    return most;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const restMs = Math.max(lingerMs, begunAt + paceMs - performance.now());
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      begunAt = performance.now();
      const length = batchLength();
      const batch = waiting.slice(0, length);
      waiting = waiting.slice(length);
      await runBatch(batch, run);
    }
    isWorking = false;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (isWorking) return;
        isWorking = true;
        // The first batch starts in a microtask, so that all items of one read from a socket go together.
        void Promise.resolve().then(work);
      }),
  };
}
