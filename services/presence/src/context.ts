import type { Bus } from '@vestnik/bus';
import type { Database } from '@vestnik/database';
import type { Logger } from '@vestnik/logging';

/** What the use cases of presence work with. */
export interface Context {
  database: Database;
  bus: Bus;
  logger: Logger;
  /** Seconds between the closing of a user's last socket and being offline. */
  graceSeconds: number;
  /** Tells that a committed change of status waits to be announced. */
  statusChanged(): void;
  /** Counts announced changes. */
  countAnnounced(direction: 'online' | 'offline', users: number): void;
}
