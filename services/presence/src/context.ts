import type { Bus } from '@vestnik/bus';
import type { EndpointData, EndpointOutput, presenceEndpoints } from '@vestnik/contracts';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';

/** The parts that every use case works with. */
export interface Context {
  database: Database;
  bus: Bus;
  logger: Logger;
  /** Seconds between the closing of a user's last socket and being offline. */
  graceSeconds: number;
  /** Wakes the announcer, because a committed change of status is to be announced. */
  statusChanged(): void;
  /** Counts announced changes. */
  countAnnounced(direction: 'online' | 'offline', users: number): void;
}

type Catalogue = typeof presenceEndpoints;

/** The input of an endpoint's use case, validated. */
export type Input<Name extends keyof Catalogue> = EndpointData<Catalogue[Name]>;

/** The answer of an endpoint's use case. */
export type Output<Name extends keyof Catalogue> = EndpointOutput<Catalogue[Name]>;
