/** Works on all items, on so many at the same time at most. */
export async function atOnce<Item>(
  limit: number,
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // All workers take from the same iterator.
  const waiting = items[Symbol.iterator]();
  const workNext = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, workNext));
}
