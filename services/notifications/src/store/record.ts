import { type Database, statement, writeStatement } from '@vestnik/database';

const count = statement<{ pending: number }>(
  'pushes-count-pending',
  `select count(*) as pending from pushes where state = 'pending'`,
);

/** Counts the pushes that wait for an attempt. */
export async function countPending(database: Database): Promise<number> {
  const [row] = await database.query(count, []);
  return row?.pending ?? 0;
}

const prune = writeStatement<{ id: number }>(
  'pushes-prune',
  `delete from pushes where id in (
     select id from pushes where created_at < now() - make_interval(days => $1) and state not in ('pending', 'held') limit $2
     for update skip locked
   ) returning id`,
);

/** Deletes at most `limit` records of finished pushes that are older than `days`. Returns how many. */
export async function prunePushes(database: Database, days: number, limit: number): Promise<number> {
  return (await database.query(prune, [days, limit])).length;
}
