import { type Database, statement } from '@vestnik/database';
import { startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { createRelay, removeEvents } from './relay.ts';
import type { OutboxRow } from './table.ts';

/** Knows whether a stream did not store an event of this process. */
export interface StreamMemory {
  any(): boolean;
  forget(): void;
}

/** Describes the outbox of a service. */
export interface OutboxOptions {
  database: Database;
  logger: Logger;
  metrics: Metrics;
  /** The memory of the bus of streams that did not store an event. It is wiped when no event waits. */
  faults: StreamMemory;
  /**
   * Publishes one event on the bus, live and durable, and resolves when the stream has it. The outbox may call it again for
   * the same row; `row.id` identifies the event for de-duplication. `leftBehind`: the event was committed a while ago, so its
   * content may no longer hold.
   */
  publish(row: OutboxRow, leftBehind: boolean): Promise<void>;
}

/** Publishes committed events: the process that committed does so at once, otherwise the outbox relay of any instance later. */
export interface Outbox {
  /**
   * Publishes a row that was just committed. Resolves with true when the bus has it, and with false when that has failed: the relay
   * tries it again later.
   */
  publishNow(row: OutboxRow): Promise<boolean>;
  /** Waits until the bus has all events that are being published, then stops. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks for left-behind rows, and between two deletions of published rows. */
const RELAY_INTERVAL_MS = 1_000;
const DELETE_INTERVAL_MS = 100;

const countEvents = statement<{ waiting: number }, []>('count-events', 'select count(*) as waiting from outbox');
const ageOfOldest = statement<{ seconds: number }, []>(
  'age-of-oldest-event',
  `select coalesce((select extract(epoch from now() - created_at) from outbox order by id limit 1), 0)::float8 as seconds`,
);

/** Starts the outbox of a service. Instances on one schema share the work: one of them relays a row. */
export function startOutbox({ database, logger, metrics, faults, publish }: OutboxOptions): Outbox {
  const published: number[] = [];
  const publishing = new Set<Promise<boolean>>();

  metrics.gauge('outbox_waiting', 'Events that wait for the bus; NaN while the database is away', async () => {
    const [row] = await database.query(countEvents, []).catch(() => []);
    return row?.waiting ?? Number.NaN;
  });

  metrics.gauge('outbox_oldest_seconds', 'Age of the oldest event that waits for the bus, as above', async () => {
    const [row] = await database.query(ageOfOldest, []).catch(() => []);
    return row?.seconds ?? Number.NaN;
  });

  function publishNow(row: OutboxRow): Promise<boolean> {
    const done: Promise<boolean> = publish(row, false)
      .then(() => {
        published.push(row.id);
        return true;
      })
      .catch((error: unknown) => {
        logger.warn({ err: error, outbox_id: row.id }, 'event stays in the outbox');
        return false;
      })
      .finally(() => publishing.delete(done));
    publishing.add(done);
    return done;
  }

  async function deletePublished(): Promise<void> {
    const ids = published.splice(0);
    if (ids.length === 0) return;
    try {
      await database.query(removeEvents, [ids]);
    } catch (error) {
      published.push(...ids);
      throw error;
    }
  }

  const relay = createRelay({
    database,
    logger,
    publish: (row) => publish(row, true),
    publishedIds: () => published,
  });

  /** Another instance may have published what this one could not. Then this one would never learn that the stream is well. */
  async function relayAndForget(): Promise<boolean> {
    const isMore = await relay();
    if (!isMore && faults.any()) {
      const [row] = await database.query(countEvents, []);
      if (row?.waiting === 0) faults.forget();
    }
    return isMore;
  }

  const relaying = startLoop({
    name: 'publish what was left behind',
    everyMs: RELAY_INTERVAL_MS,
    logger,
    run: relayAndForget,
  });
  const deleting = startLoop({
    name: 'delete what was published',
    everyMs: DELETE_INTERVAL_MS,
    logger,
    run: deletePublished,
  });

  return {
    publishNow,
    async stop() {
      await relaying.stop();
      await Promise.all(publishing);
      deleting.wake();
      await deleting.stop();
    },
  };
}
