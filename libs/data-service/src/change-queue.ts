import { createKeyedQueue } from '@vestnik/batching';
import type { ChangeConfig, ServiceConfig } from '@vestnik/config';
import { VestnikError } from '@vestnik/contracts';
import type { Metrics } from '@vestnik/ops';

/**
 * Where changes wait before they take a database connection. Changes of one thing (a message, a conversation, the
 * conversations of a user) run one after another, and changes of different things side by side. So a thing that many users
 * change at once holds one connection of the service, not all of them.
 */
export interface ChangeQueue {
  /**
   * Runs a change when all earlier changes of `thing` have ended, and resolves or rejects as the change does.
   *
   * @param thing names what is changed, such as `message 7`
   * @throws VestnikError `rate_limited` when too many changes of the thing wait, `unavailable` when this one waited too long.
   */
  run<Result>(thing: string, change: () => Promise<Result>): Promise<Result>;
}

/** A change waits this long at most, in milliseconds. Its caller gives up after 3 s. */
const MAX_WAIT_MS = 2_500;
const RETRY = { retryAfterSeconds: 1 };

/**
 * Creates a change queue. Its changes hold half of the connections at most, and at least one. A change that runs in a queue
 * may wait in another queue, and never in its own.
 *
 * @param what names its changes in metrics: `changes`, `creations`
 */
export function createChangeQueue(
  what: 'changes' | 'creations',
  { databasePoolSize, waitingChanges }: Pick<ServiceConfig, 'databasePoolSize'> & ChangeConfig,
  metrics: Metrics,
): ChangeQueue {
  const refused = metrics.counter(
    `${what}_refused_total`,
    `Refused ${what}: too many of the same thing waited (full), or this one waited too long (late)`,
    { reason: ['full', 'late'] },
  );
  const queue = createKeyedQueue<string>({
    slots: Math.max(1, Math.floor(databasePoolSize / 2)),
    bound: {
      maxWaiting: waitingChanges,
      refusal() {
        refused.inc({ reason: 'full' });
        return new VestnikError(
          'rate_limited',
          'Too many changes of the same thing wait, try again in a second',
          RETRY,
        );
      },
    },
    patience: {
      maxWaitMs: MAX_WAIT_MS,
      refusal() {
        refused.inc({ reason: 'late' });
        return new VestnikError('unavailable', 'Others are changing the same thing, try again in a second', RETRY);
      },
    },
  });
  metrics.gauge(`${what}_waiting`, `Number of ${what} that wait for others of the same thing`, () => queue.waiting());
  return queue;
}
