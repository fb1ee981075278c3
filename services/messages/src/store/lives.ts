import { type Queries, statement, writeStatement } from '@vestnik/database';

/** The time from one start of the database server to the next, in which the service gave cursors. */
export interface Life {
  id: string;
  /** Signs the cursors of this life. */
  key: string;
}

/** Where a snapshot stands: the life of the database now, and the life that a cursor names, if there was such a life. */
export interface Standpoint {
  /** The oldest transaction that the snapshot may not see. It sees everything that older ones did. */
  oldestXid: number;
  /** Null before the service has begun this life. */
  current: Life | null;
  /** `endXid`: the transaction that began the next life, or one that has not begun yet. */
  named: (Life & { endXid: number }) | null;
}

/**
 * A row counts where the transaction that it names wrote it. A restored backup has copies, written by another transaction, so
 * nothing in it is a life of this database. Behind a life that counts, the next one says how far it went.
 */
const COUNTS = (life: string) => `${life}.xmin::text::bigint = ${life}.began_xid::text::bigint % 4294967296`;

const lives = statement<
  {
    oldest_xid: number;
    id: string | null;
    key: string | null;
    is_current: boolean;
    is_named: boolean;
    end_xid: number;
  },
  [namedId: string | null]
>(
  'find-lives',
  `select pg_snapshot_xmin(s.now)::text::bigint as oldest_xid, l.id, l.key,
     coalesce(l.server_started_at = pg_postmaster_start_time(), false) as is_current,
     coalesce(l.id = $1, false) as is_named,
     coalesce((
       select n.began_xid from lives n where n.began_xid > l.began_xid and ${COUNTS('n')} order by n.began_xid limit 1
     ), pg_snapshot_xmax(s.now))::text::bigint as end_xid
   from (select pg_current_snapshot() as now) s
   left join lives l on (l.id = $1 or l.server_started_at = pg_postmaster_start_time()) and ${COUNTS('l')}`,
);

/** Reads where a snapshot stands. `namedId` is the life that a cursor names. */
export async function readStandpoint(queries: Queries, namedId: string | null): Promise<Standpoint> {
  const rows = await queries.query(lives, [namedId]);
  const lifeOf = (row: (typeof rows)[number] | undefined) => (row?.id && row.key ? { id: row.id, key: row.key } : null);
  const named = rows.find((row) => row.is_named);
  const namedLife = lifeOf(named);
  return {
    oldestXid: rows[0]?.oldest_xid ?? 0,
    current: lifeOf(rows.find((row) => row.is_current)),
    named: named && namedLife ? { ...namedLife, endXid: named.end_xid } : null,
  };
}

/** Begins the life of the database server that runs now, unless it has begun. */
export const beginLife = writeStatement<never, [id: string, key: string]>(
  'begin-life',
  `insert into lives as l (id, key)
   select $1, $2 where not exists (
     select from lives n where n.server_started_at = pg_postmaster_start_time() and ${COUNTS('n')}
   )
   on conflict (server_started_at) do update
   set id = excluded.id, key = excluded.key, began_xid = excluded.began_xid where not (${COUNTS('l')})`,
);
