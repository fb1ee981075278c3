import { defineEntity, p } from '@mikro-orm/core';
import { identity } from '@vestnik/database';

/** One event that waits for the bus. The shape of `payload` is its service's own. */
export interface OutboxRow {
  id: number;
  payload: unknown;
}

/**
 * The outbox of a service. An event is inserted in the transaction that makes it true, and deleted when the bus has it. A
 * row that stays was left behind by a crash, or by a bus that was away.
 */
export const outboxEntity = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    id: identity(),
    payload: p.json<unknown>().columnType('json'),
    created_at: p.datetime().defaultRaw('now()'),
  },
});
