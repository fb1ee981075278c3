/**
 * Cuts a page out of what a statement found, which reads one row more than the page has. `next` is the place of the last item
 * while there are more, else null.
 */
export function pageOf<Item>(
  found: readonly Item[],
  limit: number,
  placeOf: (item: Item) => number,
): { items: Item[]; next: number | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? placeOf(last) : null };
}
