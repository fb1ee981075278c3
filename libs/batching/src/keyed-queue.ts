import type { Patience } from './keyed-batcher.ts';

/** Runs tasks of one key one after another, and tasks of a few keys at once. */
export interface KeyedQueue<Key> {
  /**
   * Runs `task` when all earlier tasks of the key have ended and a slot is free. Resolves or rejects as the task does.
   *
   * @throws the refusal of `QueueBound` or of `Patience`; the task then never runs.
   */
  run<Result>(key: Key, task: () => Promise<Result>): Promise<Result>;
  /** Returns the number of tasks that wait. */
  waiting(): number;
}

/** How many tasks of one key may wait. */
export interface QueueBound {
  maxWaiting: number;
  /** Creates the error that rejects the task beyond `maxWaiting`. */
  refusal(): Error;
}

/** How a keyed queue works. */
export interface KeyedQueueOptions {
  /** Keys whose tasks run at once. */
  slots: number;
  bound: QueueBound;
  patience: Patience;
}

/**
 * Creates a queue that a task passes before it takes something scarce, such as a database connection. Tasks that change one
 * thing wait here for each other, so they do not wait for its lock with a connection in hand. A key whose task has ended goes
 * behind the other keys that wait, so no key keeps the slots from the others.
 */
export function createKeyedQueue<Key>({ slots, bound, patience }: KeyedQueueOptions): KeyedQueue<Key> {
  /** The waiting tasks of every key with a task that runs or waits, each as the function that starts it. */
  const lines = new Map<Key, Set<() => void>>();
  /** The keys with a waiting task and none that runs, in the order in which they get a slot. */
  const ready = new Set<Key>();
  let running = 0;
  let waiting = 0;

  function startReady(): void {
    for (const key of ready) {
      if (running === slots) return;
      ready.delete(key);
      startNext(key);
    }
  }

  /** Starts the oldest waiting task of a key. There is none if all of them have been refused meanwhile. */
  function startNext(key: Key): void {
    const [start] = lines.get(key) ?? [];
    if (start) start();
    else lines.delete(key);
  }

  function end(key: Key): void {
    running -= 1;
    ready.add(key);
    startReady();
  }

  /** Takes a slot for a task of the key: at once, or when the promise resolves. */
  function takeSlot(key: Key): Promise<void> | undefined {
    const line = lines.get(key);
    if (line && line.size >= bound.maxWaiting) throw bound.refusal();
    if (line) return wait(line);
    const created = new Set<() => void>();
    lines.set(key, created);
    if (running < slots) {
      running += 1;
      return undefined;
    }
    ready.add(key);
    return wait(created);
  }

  function wait(line: Set<() => void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        line.delete(start);
        waiting -= 1;
      };
      const start = () => {
        leave();
        running += 1;
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(patience.refusal());
      }, patience.maxWaitMs);
      line.add(start);
      waiting += 1;
    });
  }

  return {
    async run(key, task) {
      await takeSlot(key);
      try {
        return await task();
      } finally {
        end(key);
      }
    },
    waiting: () => waiting,
  };
}
