import { defineEntity, p } from '@mikro-orm/core';

/**
 * The outbox of a service: an event is inserted in the transaction that makes it true and deleted when the bus has it.
 * A row that stays was left behind by a crash, or by a bus that was away. Run by the service's first migration.
 */
export const OUTBOX_TABLE_SQL = `
  create table outbox (
    id bigint generated always as identity primary key,
    payload json not null,
    created_at timestamptz not null default now()
  )`;

/** One event that waits for the bus. The shape of `payload` is its service's own. */
export interface OutboxRow {
  id: number;
  payload: unknown;
}

/** The outbox as an entity, for commands that write through a unit of work. */
export const outboxEntity = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    payload: p.json<unknown>(),
  },
});
