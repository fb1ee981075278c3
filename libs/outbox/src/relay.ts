import { VestnikError } from '@vestnik/contracts';
import { type Database, refusalWhenAway, statement } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { OutboxRow } from './table.ts';

/** A row older than this was not published by the process that committed it, in seconds. */
const LEFT_BEHIND_SECONDS = 2;
/** Rows that one transaction takes at most. */
const BATCH = 200;
/** When so many rows one after the other find something away, the others would too: the round ends. */
const AWAY_AFTER = 3;
/** Waits before a row that fails by itself is tried again, in milliseconds: doubled from the first to the longest. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

const leftBehind = statement<OutboxRow>(
  'outbox-left-behind',
  `select id, payload from outbox
   where created_at < now() - make_interval(secs => $1) and id > $2
   order by id limit $3 for update skip locked`,
);
/** Deletes rows: [ids]. */
export const remove = statement<never>('outbox-remove', 'delete from outbox where id = any($1::bigint[])');

/**
 * Creates the relay of an outbox. Each call tries some of what was left behind, oldest first, from where the last one ended
 * on, and tells whether there may be more.
 *
 * A row that cannot be published stays and holds up no other: one that fails by itself is tried again ever more rarely.
 * While something is away a few rows are tried alone, and next time those behind them, so that a few that wait for what
 * never comes are in nobody's way either.
 *
 * @param publishedIds rows that this process has published already, and only not deleted yet.
 */
export function createRelay(parts: {
  database: Database;
  logger: Logger;
  publish(row: OutboxRow): Promise<void>;
  publishedIds(): readonly number[];
}): () => Promise<boolean> {
  const { database, logger, publish, publishedIds } = parts;
  /** Rows that failed by themselves: how long each is left alone, and until when. */
  const waits = new Map<number, { ms: number; until: number }>();
  /** The last row that was tried; the next one is behind it, or the first. */
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

  /** Rows that were due long ago and not tried were published by another instance. */
  function forgetOld(): void {
    const old = performance.now() - LONGEST_WAIT_MS;
    for (const [id, { until }] of waits) if (until < old) waits.delete(id);
  }

  return () =>
    database.transaction(async (queries) => {
      const rows = await queries.query(leftBehind, [LEFT_BEHIND_SECONDS, last, BATCH]);
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
      if (gone.length > 0) await queries.query(remove, [gone]);
      if (published > 0) logger.info({ events: published }, 'published events that were left behind');
      if (away === AWAY_AFTER) return false;
      if (rows.length === BATCH) return true;
      last = 0;
      forgetOld();
      return false;
    });
}
