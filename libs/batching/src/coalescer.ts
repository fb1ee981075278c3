/** Hands over items by key. Of many items of one key, several are handed over as one. */
export interface Coalescer<Key, Item> {
  /**
   * Adds an item. It is handed over at once, before `add` returns, unless its key is being handed over or paced. Then it is
   * merged with the items that wait, and handed over later with them.
   *
   * @returns resolves or rejects as the handing over of this item does
   */
  add(key: Key, item: Item): Promise<void>;
  /** Returns true while the items of a key wait, because many came within a short time. */
  isPaced(key: Key): boolean;
}

/** How a coalescer works. */
export interface CoalescerOptions<Key, Item> {
  /** Items of one key that are handed over without a pause. */
  burst: number;
  /** Milliseconds between two items of one key behind the burst. After so long, the burst has a place again. */
  everyMs: number;
  /** Returns the item that stands for both; the second came later. */
  merge(first: Item, second: Item): Item;
  handOver(key: Key, item: Item): Promise<void>;
}

/** A key of which an item was handed over within the last `burst` times `everyMs`. */
interface Recent<Item> {
  /** When the burst is whole again. */
  wholeAt: number;
  isHandingOver: boolean;
  /** The merged item that waits, and the promise of its handing over. */
  pending: { item: Item; done: PromiseWithResolvers<void> } | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Creates a coalescer. The last item of a key is always handed over, by itself or as part of a merged one. */
export function createCoalescer<Key, Item>(options: CoalescerOptions<Key, Item>): Coalescer<Key, Item> {
  const { burst, everyMs, merge, handOver } = options;
  const keys = new Map<Key, Recent<Item>>();

  /** Milliseconds until the next item of the key may be handed over. */
  function restMs({ wholeAt }: Recent<Item>): number {
    return wholeAt - (burst - 1) * everyMs - performance.now();
  }

  async function begin(key: Key, recent: Recent<Item>, item: Item): Promise<void> {
    recent.isHandingOver = true;
    recent.wholeAt = Math.max(recent.wholeAt, performance.now()) + everyMs;
    try {
      await handOver(key, item);
    } finally {
      recent.isHandingOver = false;
      goOn(key, recent);
    }
  }

  /** Hands over what waits, now or when its time has come. Forgets a key that has rested long enough. */
  function goOn(key: Key, recent: Recent<Item>): void {
    clearTimeout(recent.timer);
    if (recent.isHandingOver) return;
    const { pending } = recent;
    const waitMs = pending ? restMs(recent) : recent.wholeAt - performance.now();
    if (waitMs > 0) {
      recent.timer = setTimeout(() => goOn(key, recent), waitMs);
      // A process may end before it has forgotten a key.
      if (!pending) recent.timer.unref();
    } else if (pending) {
      recent.pending = undefined;
      begin(key, recent, pending.item).then(pending.done.resolve, pending.done.reject);
    } else {
      keys.delete(key);
    }
  }

  function addKey(key: Key): Recent<Item> {
    const recent = { wholeAt: 0, isHandingOver: false, pending: undefined, timer: undefined };
    keys.set(key, recent);
    return recent;
  }

  return {
    add(key, item) {
      const recent = keys.get(key) ?? addKey(key);
      const { pending } = recent;
      if (pending) {
        pending.item = merge(pending.item, item);
        return pending.done.promise;
      }
      if (!recent.isHandingOver && restMs(recent) <= 0) return begin(key, recent, item);
      const done = Promise.withResolvers<void>();
      recent.pending = { item, done };
      goOn(key, recent);
      return done.promise;
    },
    isPaced(key) {
      const recent = keys.get(key);
      return recent !== undefined && restMs(recent) > 0;
    },
  };
}
