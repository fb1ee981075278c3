import { VestnikError } from '@vestnik/contracts';
import type { CountRefusal } from './refusals.ts';

/**
 * Limits how many costly queries of one user are under way at once; further queries wait in the order in which they came.
 * One query may cost a hundred times another, and a service handles one after the other. With the limit, a user with many
 * costly queries waits for them alone, and other users do not. A query is under way until its answer has left: a client that
 * does not read its answers gets no further ones.
 */
export interface ReadLimiter {
  /**
   * Runs `query` as soon as the user of the caller has a free slot. The slot is free again when the query is done and the
   * caller's answer has left.
   *
   * @throws VestnikError `unavailable` when no slot is free within 2 s; what `query` throws.
   */
  run<Result>(reader: Reader, query: () => Promise<Result>): Promise<Result>;
}

/** The user who reads, and the end of the answer; undefined where nobody waits for an answer. */
interface Reader {
  userId: number;
  whenAnswered?(release: () => void): void;
}

/** The queries of one user. */
interface Queue {
  underWay: number;
  waiting: (() => void)[];
}

const RETRY = { retryAfterSeconds: 1 };
/** How long a query may wait for a slot, in milliseconds. A query that waited longer would have no time left to run. */
const MAX_WAIT_MS = 2_000;
/** Slots of one user: enough for a client that fetches a few conversations side by side. */
const SLOTS = 4;

/** Creates the limiter of one gateway. It holds nothing for users without a query under way. */
export function createReadLimiter(countRefusal: CountRefusal, slots = SLOTS): ReadLimiter {
  const queues = new Map<number, Queue>();

  function release(userId: number, queue: Queue): void {
    // The slot goes straight to the next query in the queue, so that a query that has just come cannot overtake it.
    const next = queue.waiting.shift();
    if (next) {
      next();
      return;
    }
    queue.underWay -= 1;
    if (queue.underWay === 0) queues.delete(userId);
  }

  return {
    async run(reader, query) {
      const { userId } = reader;
      const latest = performance.now() + MAX_WAIT_MS;
      const queue = queues.get(userId) ?? { underWay: 0, waiting: [] };
      queues.set(userId, queue);
      if (queue.underWay < slots) queue.underWay += 1;
      else await new Promise<void>((resolve) => queue.waiting.push(resolve));
      try {
        if (performance.now() > latest) {
          countRefusal('costly_reads');
          throw new VestnikError('unavailable', 'Too much is asked for at once', RETRY);
        }
        return await query();
      } finally {
        if (reader.whenAnswered) reader.whenAnswered(() => release(userId, queue));
        else release(userId, queue);
      }
    },
  };
}
