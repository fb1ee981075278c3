/** An item of a batcher that waits for its result. */
export interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How heavy a batch may become. A batch ends before the item that would exceed `max`. An item above `max` goes alone. */
export interface Weight<Item> {
  of(item: Item): number;
  max: number;
}

/** Runs a batch and settles its items in order. An error that `run` throws rejects every item of the batch. */
export async function runBatch<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  run: (items: Item[]) => Promise<Result[]>,
): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
