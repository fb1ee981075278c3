import { runBatch, type Waiting, type Weight } from './waiting.ts';

/** Gathers items while batches are in flight, and keeps the order of items of one key. */
export interface KeyedBatcher<Item, Result> {
  /** Adds an item; resolves with its result. */
  add(key: number, item: Item): Promise<Result>;
  /** Returns the number of items that wait or are in flight. */
  size(): number;
  /** Resolves when no item waits and no batch is in flight. */
  idle(): Promise<void>;
}

/** How long an item may wait for its batch. */
export interface Patience {
  /** Milliseconds. An item that waited longer goes into no batch. */
  maxWaitMs: number;
  /** Creates the error that rejects such an item. */
  refusal(): Error;
}

/** How a keyed batcher works. */
export interface KeyedBatcherOptions<Item, Result> {
  /** Batches in flight at once. */
  slots: number;
  /** The most items of one batch. */
  maxBatch: number;
  /** Gets 1 to `maxBatch` items and returns one result for each, in the same order. An error rejects all of them. */
  run(items: Item[]): Promise<Result[]>;
  weight?: Weight<Item>;
  /** Refuses items that wait too long. */
  patience?: Patience;
}

interface KeyedWaiting<Item, Result> extends Waiting<Item, Result> {
  key: number;
  since: number;
}

/**
 * Creates a batcher with a few batches in flight. A key is in one batch at a time, so items of one key keep their order.
 * Whenever a slot is free, a batch takes every waiting item whose key is not in flight. So one item alone waits for no
 * other, and batches grow with the load.
 */
export function createKeyedBatcher<Item, Result>(
  options: KeyedBatcherOptions<Item, Result>,
): KeyedBatcher<Item, Result> {
  const { slots, maxBatch, run, weight, patience } = options;
  let waiting: KeyedWaiting<Item, Result>[] = [];
  const keysInFlight = new Set<number>();
  const batches = new Set<Promise<void>>();
  let itemsInFlight = 0;
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;

  /** Takes the items that may go now, oldest first. */
  function take(): KeyedWaiting<Item, Result>[] {
    const batch: KeyedWaiting<Item, Result>[] = [];
    const left: KeyedWaiting<Item, Result>[] = [];
    let total = 0;
    for (const [index, entry] of waiting.entries()) {
      if (keysInFlight.has(entry.key)) {
        left.push(entry);
        continue;
      }
      if (weight) total += weight.of(entry.item);
      if (batch.length === maxBatch || (weight && batch.length > 0 && total > weight.max)) {
        left.push(...waiting.slice(index));
        break;
      }
      batch.push(entry);
    }
    waiting = left;
    return batch;
  }

  function begin(): void {
    isDue = false;
    while (batches.size < slots && waiting.length > 0) {
      const batch = take();
      if (batch.length === 0) break;
      const done: Promise<void> = handOver(batch).finally(() => {
        batches.delete(done);
        begin();
      });
      batches.add(done);
    }
    watch();
  }

  async function handOver(batch: KeyedWaiting<Item, Result>[]): Promise<void> {
    const keys = new Set(batch.map(({ key }) => key));
    for (const key of keys) keysInFlight.add(key);
    itemsInFlight += batch.length;
    await runBatch(batch, run);
    itemsInFlight -= batch.length;
    for (const key of keys) keysInFlight.delete(key);
  }

  /** Refuses the items that have waited too long; they stand first. One timer serves all waiting items. */
  function refuseLate({ maxWaitMs, refusal }: Patience): void {
    timer = undefined;
    const latest = performance.now() - maxWaitMs;
    const inTime = waiting.findIndex(({ since }) => since > latest);
    const late = waiting.splice(0, inTime === -1 ? waiting.length : inTime);
    for (const { reject } of late) reject(refusal());
    watch();
  }

  function watch(): void {
    const [first] = waiting;
    if (!first) {
      clearTimeout(timer);
      timer = undefined;
    } else if (patience && !timer) {
      const waitMs = first.since + patience.maxWaitMs - performance.now();
      timer = setTimeout(() => refuseLate(patience), Math.max(0, waitMs));
    }
  }

  return {
    add: (key, item) =>
      new Promise((resolve, reject) => {
        waiting.push({ key, item, since: performance.now(), resolve, reject });
        if (isDue || batches.size === slots) {
          watch();
          return;
        }
        isDue = true;
        // At the end of the event-loop tick, so that the items of many sockets go together.
        setImmediate(begin);
      }),
    size: () => waiting.length + itemsInFlight,
    async idle() {
      while (batches.size > 0 || waiting.length > 0) {
        if (batches.size > 0) await Promise.race(batches);
        else await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
