import type { Bus } from '@vestnik/bus';
import type { EndpointData, EndpointOutput, messagesEndpoints, RefusalReason } from '@vestnik/contracts';
import type { ChangeQueue } from '@vestnik/data-service';
import type { Database } from '@vestnik/database';
import type { CompanyUse } from './company-use.ts';
import type { LiveEvents } from './live/live-events.ts';
import type { MessageStore } from './message-store.ts';
import type { MessagesOutbox } from './outbox.ts';

/** The parts that every use case works with. */
export interface Context {
  bus: Bus;
  database: Database;
  /** Where changes of one message, and of the markers of one conversation, wait for each other. */
  changes: ChangeQueue;
  /** Stores sends; concurrent ones share a transaction. */
  store: MessageStore;
  /** Publishes the change of a transaction after its commit. */
  outbox: Pick<MessagesOutbox, 'publishChange'>;
  /** Notifies the gateways. */
  live: LiveEvents;
  /** The daily quotas of companies. */
  companyUse: CompanyUse;
  /** Counts a send or a change that the rules between people and companies refuse. */
  countRefusal(reason: RefusalReason): void;
}

type Catalogue = typeof messagesEndpoints;

/** The validated input of an endpoint's use case. */
export type Input<Name extends keyof Catalogue> = EndpointData<Catalogue[Name]>;

/** The output of an endpoint's use case. */
export type Output<Name extends keyof Catalogue> = EndpointOutput<Catalogue[Name]>;
