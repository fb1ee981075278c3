/**
 * A set that is a list up to `LIST_LENGTH` items. A gateway keeps one for each room and each connected user. It has
 * hundreds of thousands of memberships. Each takes 8 bytes in a list, and about 40 in a `Set`. Above that length it is a `Set`, so
 * that no operation depends on the number of items.
 *
 * A list is replaced by each change, so that a loop over it sees one state. A `Set` changes in place.
 */
export type CompactSet<Item> = readonly Item[] | Set<Item>;

/** Items that a list holds at most: the participants of the largest group, by the default limit. */
export const LIST_LENGTH = 1_024;
/** A `Set` becomes a list again with this few items: far fewer than `LIST_LENGTH`, so that it does not go back and forth. */
const LIST_AGAIN_LENGTH = 512;

/** Returns true when the set holds the item. */
export function holds<Item>(set: CompactSet<Item>, item: Item): boolean {
  return isList(set) ? set.includes(item) : set.has(item);
}

/** Returns the set with one more item; the given one when it holds the item already. */
export function withItem<Item>(set: CompactSet<Item>, item: Item): CompactSet<Item> {
  if (!isList(set)) return set.add(item);
  if (set.includes(item)) return set;
  // `push` would reserve memory for sixteen more.
  return set.length < LIST_LENGTH ? set.concat([item]) : new Set(set).add(item);
}

/** Returns the set with more items, none of which it holds yet. */
export function withItems<Item>(set: CompactSet<Item>, items: readonly Item[]): CompactSet<Item> {
  if (isList(set) && set.length + items.length <= LIST_LENGTH) return set.concat(items);
  const large = isList(set) ? new Set(set) : set;
  for (const item of items) large.add(item);
  return large;
}

/** Returns the set without an item; the given one when it does not hold the item. */
export function withoutItem<Item>(set: CompactSet<Item>, item: Item): CompactSet<Item> {
  if (isList(set)) return set.includes(item) ? set.filter((other) => other !== item) : set;
  set.delete(item);
  return set.size > LIST_AGAIN_LENGTH ? set : [...set];
}

/** Returns the number of items. */
export function sizeOf<Item>(set: CompactSet<Item>): number {
  return isList(set) ? set.length : set.size;
}

function isList<Item>(set: CompactSet<Item>): set is readonly Item[] {
  return Array.isArray(set);
}
