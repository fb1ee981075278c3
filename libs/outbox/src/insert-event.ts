import { type Queries, statement } from '@vestnik/database';
import type { OutboxRow } from './table.ts';

const insert = statement<{ id: number }, [payload: string]>(
  'insert-event',
  'insert into outbox (payload) values ($1) returning id',
);

/** Inserts an event into the outbox, in the transaction that makes it true. The caller publishes it after the commit. */
export async function insertEvent<Payload>(
  queries: Queries,
  payload: Payload,
): Promise<OutboxRow & { payload: Payload }> {
  const [row] = await queries.query(insert, [JSON.stringify(payload)]);
  if (!row) throw new Error('An inserted event has no id');
  return { id: row.id, payload };
}
