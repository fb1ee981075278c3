import { runBatch, type Waiting } from './waiting.ts';

/** Gathers what one turn of the event loop brings, so that it shares one trip. */
export interface TurnBatcher<Item, Result> {
  /** Adds an item; resolves with its result. Items are handed over in the order of the calls. */
  add(item: Item): Promise<Result>;
}

/**
 * Creates a batcher that hands over at the end of each turn what was added in it, whatever is under way: nobody waits
 * behind another's slow batch. One item alone goes at once; the busier the process, the longer its turns and the more
 * shares a trip. `run` gets 1 to `maxBatch` items and returns one result for each, in the same order; what it throws is
 * thrown to every item of that batch.
 */
export function createTurnBatcher<Item, Result>(
  maxBatch: number,
  run: (items: Item[]) => Promise<Result[]>,
): TurnBatcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];

  function handAll(): void {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += maxBatch) void runBatch(all.slice(start, start + maxBatch), run);
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        // Immediates run when every socket that was readable in this turn has been read.
        if (waiting.length === 0) setImmediate(handAll);
        waiting.push({ item, resolve, reject });
      }),
  };
}
