export { addEvent } from './add-event.ts';
export { type Outbox, type OutboxOptions, startOutbox } from './outbox.ts';
export { type OutboxRow, outboxEntity } from './table.ts';
