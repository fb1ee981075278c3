import { type Database, statement } from '@vestnik/database';
import { startLoop } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Metrics } from '@vestnik/ops';
import { createRelay, remove } from './relay.ts';
import type { OutboxRow } from './table.ts';

/** How a service's outbox publishes. */
export interface OutboxOptions {
  database: Database;
  logger: Logger;
  metrics: Metrics;
  /**
   * Publishes one event on the bus, live and durable, and resolves when the stream has it. May be called again for the
   * same row; `row.id` is the stable identity for de-duplication. `leftBehind`: it was committed a while ago, so what it
   * tells may no longer be so.
   */
  publish(row: OutboxRow, leftBehind: boolean): Promise<void>;
}

/** Publishes what was committed: at once from the process that committed, later by whoever finds it left behind. */
export interface Outbox {
  /** Publishes a row that was just committed; resolves when that is done or has failed, and is picked up later. */
  publishNow(row: OutboxRow): Promise<void>;
  /** Waits until what is being published has been, then stops. */
  stop(): Promise<void>;
}

/** How often left-behind rows are looked for, and published rows deleted, in milliseconds. */
const RELAY_INTERVAL_MS = 1_000;
const DELETE_INTERVAL_MS = 100;

const count = statement<{ waiting: number }>('outbox-count', 'select count(*) as waiting from outbox');

/** Starts the outbox of a service. Two instances on one schema share the work: a row is relayed by one of them. */
export function startOutbox({ database, logger, metrics, publish }: OutboxOptions): Outbox {
  const published: number[] = [];
  const publishing = new Set<Promise<void>>();

  metrics.gauge('outbox_waiting', 'Events that wait for the bus; NaN while the database is away', async () => {
    const [row] = await database.query(count, []).catch(() => []);
    return row?.waiting ?? Number.NaN;
  });

  function publishNow(row: OutboxRow): Promise<void> {
    const done: Promise<void> = publish(row, false)
      .then(() => {
        published.push(row.id);
      })
      .catch((error: unknown) => logger.warn({ err: error, outbox_id: row.id }, 'event stays in the outbox'))
      .finally(() => publishing.delete(done));
    publishing.add(done);
    return done;
  }

  async function deletePublished(): Promise<void> {
    const ids = published.splice(0);
    if (ids.length === 0) return;
    try {
      await database.query(remove, [ids]);
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
  const relaying = startLoop({ name: 'publish what was left behind', everyMs: RELAY_INTERVAL_MS, logger, run: relay });
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
