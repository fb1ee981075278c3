import { type Queries, statement } from '@vestnik/database';
import type { OutboxRow } from './table.ts';

const insert = statement<{ id: number }>('outbox-insert', 'insert into outbox (payload) values ($1) returning id');

/** Puts an event into the outbox, in the transaction that makes it true; it is published after the commit. */
export async function insertEvent<Payload>(
  queries: Queries,
  payload: Payload,
): Promise<OutboxRow & { payload: Payload }> {
  const [row] = await queries.query(insert, [JSON.stringify(payload)]);
  if (!row) throw new Error('a row that was inserted has no id');
  return { id: row.id, payload };
}
