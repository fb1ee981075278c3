import type { BusUser, DataService } from '@vestnik/contracts';
import type { ControlledServer } from './controlled-server.ts';

/** A nats-server and a database that belong to one suite alone. */
export interface TestServers {
  /** The bus as a user that may do everything, for the parts that a test plays itself. */
  natsUrl: string;
  /** The bus as each service's own user, and as ops, with the permissions that they have everywhere. */
  natsUrls: Record<BusUser, string>;
  /** The suite's database as its superuser. */
  adminUrl: string;
  /** The suite's database as each service's own role, which owns a schema. */
  databaseUrls: Record<DataService, string>;
  /** The suite's nats-server, for tests that take it away; the first where there are several. */
  nats: ControlledServer;
  /** All nats-servers of the suite: one, or a cluster. */
  natsServers: ControlledServer[];
  /** The suite's PostgreSQL, for tests that take it away; undefined when it is that of the whole test run. */
  postgres: ControlledServer | undefined;
  stop(): Promise<void>;
}
