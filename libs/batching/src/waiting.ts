/** An item of a batcher that waits for its result. */
export interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How heavy batches may become: one ends before the item that would make it heavier; an item beyond that goes alone. */
export interface Weight<Item> {
  of(item: Item): number;
  max: number;
}

/** Runs a batch and hands each item its result, by their order; what `run` throws, each item gets. */
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
