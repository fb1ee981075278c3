import type { Bus } from '@vestnik/bus';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { Outbox } from '@vestnik/outbox';
import type { LiveEvents } from './live/live-events.ts';
import type { MessageStore } from './store/message-store.ts';

/** What the use cases of this service work with; created once, by service.ts. */
export interface Context {
  bus: Bus;
  database: Database;
  logger: Logger;
  /** Stores sends; concurrent ones share a transaction. */
  store: MessageStore;
  /** Publishes what was noted in a transaction. */
  outbox: Pick<Outbox, 'publishNow'>;
  /** Tells the gateways what happened. */
  live: LiveEvents;
  /** Counts a durable event that could not be handled. */
  countSetAside(consumer: string): void;
}
