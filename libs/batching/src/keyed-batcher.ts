import { runBatch, type Waiting, type Weight } from './waiting.ts';

/** Gathers items while batches are under way, and keeps the order of those with the same key. */
export interface KeyedBatcher<Item, Result> {
  /** Adds an item; resolves with its result. */
  add(key: number, item: Item): Promise<Result>;
  /** Items that wait or are under way. */
  size(): number;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

/** How long an item may wait for its turn. */
export interface Patience {
  /** Milliseconds; an item that waited longer is never handed over. */
  maxWaitMs: number;
  /** What such an item is refused with. */
  refusal(): Error;
}

/** How a keyed batcher works. */
export interface KeyedBatcherOptions<Item, Result> {
  /** Batches under way at once. */
  slots: number;
  /** Items of one batch at most. */
  maxBatch: number;
  /** Gets 1 to `maxBatch` items and returns one result for each, in the same order; what it throws, each item gets. */
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
 * Creates a batcher with a few batches under way. Items of one key are handed over one after the other, those that wait
 * together in one batch: a key is in one batch at a time. Whenever a slot is free, everything that waits and whose key is
 * not under way goes; so one item alone waits for nobody, and under load the batches grow by themselves.
 */
export function createKeyedBatcher<Item, Result>(
  options: KeyedBatcherOptions<Item, Result>,
): KeyedBatcher<Item, Result> {
  const { slots, maxBatch, run, weight, patience } = options;
  let waiting: KeyedWaiting<Item, Result>[] = [];
  const keysUnderWay = new Set<number>();
  const batches = new Set<Promise<void>>();
  let itemsUnderWay = 0;
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;

  /** Takes what may go now, in the order of coming. */
  function take(): KeyedWaiting<Item, Result>[] {
    const batch: KeyedWaiting<Item, Result>[] = [];
    const left: KeyedWaiting<Item, Result>[] = [];
    let total = 0;
    for (const [index, entry] of waiting.entries()) {
      if (keysUnderWay.has(entry.key)) {
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
    for (const key of keys) keysUnderWay.add(key);
    itemsUnderWay += batch.length;
    await runBatch(batch, run);
    itemsUnderWay -= batch.length;
    for (const key of keys) keysUnderWay.delete(key);
  }

  /** Refuses those that have waited too long; they stand first. One timer serves all that wait. */
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
        // At the end of the turn, so that what many sockets brought in it goes together.
        setImmediate(begin);
      }),
    size: () => waiting.length + itemsUnderWay,
    async idle() {
      while (batches.size > 0 || waiting.length > 0) {
        if (batches.size > 0) await Promise.race(batches);
        else await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
