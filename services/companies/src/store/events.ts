import { type Queries, statement } from '@vestnik/database';
import type { OutboxRow } from '@vestnik/outbox';
import type { CompaniesEvent } from '../domain/event.ts';

const addRow = statement<{ id: number }, [payload: string]>(
  'add-event',
  'insert into outbox (payload) values ($1) returning id',
);

/** Writes an event into the transaction that makes it true. The caller publishes it after the commit. */
export async function addEvent(queries: Queries, payload: CompaniesEvent): Promise<OutboxRow> {
  const [row] = await queries.query(addRow, [JSON.stringify(payload)]);
  if (!row) throw new Error('The outbox returned no row');
  return { id: row.id, payload };
}
