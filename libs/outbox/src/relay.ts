import { VestnikError } from '@vestnik/contracts';
import { type Database, refusalWhenAway, writeStatement } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { OutboxRow } from './table.ts';

/** Seconds after which a row counts as left behind by the process that committed it. */
const LEFT_BEHIND_SECONDS = 2;
/** Rows of one transaction at most. */
const BATCH = 200;
/** When so many rows in a row find the bus or a service away, the others would too: the round ends. */
const AWAY_AFTER = 3;
/** Milliseconds before a row that fails by itself is tried again, doubled from the first to the longest wait. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

const listLeftBehind = writeStatement<OutboxRow, [ageSeconds: number, afterId: number, limit: number]>(
  'list-left-behind',
  `select id, payload from outbox
   where created_at < now() - make_interval(secs => $1) and id > $2
   order by id limit $3 for update skip locked`,
);
/** Deletes published events. */
export const removeEvents = writeStatement<never, [ids: readonly number[]]>(
  'remove-events',
  'delete from outbox where id = any($1::bigint[])',
);

/**
 * Creates the relay of an outbox. Each call tries some left-behind events, oldest first, from where the last call ended, and
 * returns whether there may be more.
 *
 * A row that cannot be published stays, and no other row waits for it. A row that fails by itself is tried again ever more
 * rarely. While the bus or a service is away, each call tries a few rows alone, and the next call tries the rows behind them.
 * So rows that wait for a service that never returns hold up no other row either.
 *
 * @param publishedIds the rows that this process has published and not deleted yet
 */
export function createRelay(parts: {
  database: Database;
  logger: Logger;
  publish(row: OutboxRow): Promise<void>;
  publishedIds(): readonly number[];
}): () => Promise<boolean> {
  const { database, logger, publish, publishedIds } = parts;
  /** The wait of each row that failed by itself: its length, and its end. */
  const waits = new Map<number, { ms: number; until: number }>();
  /** The last row that was tried; the next one is the row behind it, or the first row. */
  let last = 0;

  async function tryRow(row: OutboxRow): Promise<'published' | 'failed' | 'away'> {
    try {
      await publish(row);
      waits.delete(row.id);
      return 'published';
    } catch (error) {
      logger.warn({ err: error, outbox_id: row.id }, 'a left-behind event cannot be published yet');
      const refusal = error instanceof VestnikError ? error : refusalWhenAway(error);
      if (refusal?.code === 'unavailable') return 'away';
      const ms = Math.min((waits.get(row.id)?.ms ?? FIRST_WAIT_MS / 2) * 2, LONGEST_WAIT_MS);
      waits.set(row.id, { ms, until: performance.now() + ms });
      return 'failed';
    }
  }

  /** A row that was due long ago and did not come again was published by another instance. */
  function forgetOld(): void {
    const old = performance.now() - LONGEST_WAIT_MS;
    for (const [id, { until }] of waits) if (until < old) waits.delete(id);
  }

  return () =>
    database.transaction(async (queries) => {
      const rows = await queries.query(listLeftBehind, [LEFT_BEHIND_SECONDS, last, BATCH]);
      const done = new Set(publishedIds());
      const gone: number[] = [];
      let published = 0;
      let away = 0;
      for (const row of rows) {
        last = row.id;
        if (done.has(row.id)) {
          gone.push(row.id);
        } else if (performance.now() >= (waits.get(row.id)?.until ?? 0)) {
          const outcome = await tryRow(row);
          if (outcome === 'published') {
            gone.push(row.id);
            published += 1;
          }
          away = outcome === 'away' ? away + 1 : 0;
          if (away === AWAY_AFTER) break;
        }
      }
      if (gone.length > 0) await queries.query(removeEvents, [gone]);
      if (published > 0) logger.info({ events: published }, 'published events that were left behind');
      if (away === AWAY_AFTER) return false;
      if (rows.length === BATCH) return true;
      last = 0;
      forgetOld();
      return false;
    });
}
