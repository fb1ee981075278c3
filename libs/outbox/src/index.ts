export { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts';
export { OUTBOX_TABLE_SQL, type OutboxRow, outboxEntity } from './table.ts';
