import type { Bus } from '@vestnik/bus';
import type { EndpointData, EndpointOutput, notificationsEndpoints } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';
import type { LocalClock } from './domain/quiet-hours.ts';
import type { Installation } from './domain/webhook-id.ts';
import type { Providers } from './providers/provider.ts';
import type { CountPush } from './push-metrics.ts';

/** The connections, rules and counters that every use case works with. */
export interface Context {
  bus: Bus;
  database: Database;
  logger: Logger;
  providers: Providers;
  clock: LocalClock;
  /** Returns the installation that pushes come from; read once. */
  installation(): Promise<Installation>;
  /** Lets webhooks go to loopback and private addresses. */
  allowPrivateTargets: boolean;
  /** Counts one push for ops. */
  count: CountPush;
  /** Counts a durable event that could not be handled. */
  countSetAside(consumer: string): void;
  /** Lets the dispatcher look for due pushes now. */
  wakeDispatcher(): void;
}

type Catalogue = typeof notificationsEndpoints;

/** The validated input of an endpoint's use case. */
export type Input<Name extends keyof Catalogue> = EndpointData<Catalogue[Name]>;

/** The answer of an endpoint's use case. */
export type Output<Name extends keyof Catalogue> = EndpointOutput<Catalogue[Name]>;
