import { addressesFor, passwordVariable } from '@vestnik/bus';
import type { Environment } from '@vestnik/config';
import { BUS_USERS, type BusUser, forEachName } from '@vestnik/contracts';
import { Fault } from './fault.ts';

/** NATS_URL as each user of the bus gets it. */
export type BusAddresses = Record<BusUser, string>;

/** The addresses of servers that know these users. */
export function addressesWith(servers: readonly string[], passwords: Record<BusUser, string>): BusAddresses {
  return forEachName(BUS_USERS, (user) => addressesFor(servers, user, passwords[user]).join(','));
}

/** The addresses as they are, for every user: the servers know no users, or one user for all. */
export function sharedAddresses(servers: readonly string[]): BusAddresses {
  return forEachName(BUS_USERS, () => servers.join(','));
}

/**
 * Reads each user's password for servers that were set up elsewhere: GATEWAY_NATS_PASSWORD and so on. Undefined when none
 * is set.
 * @throws Fault when some are given and others not
 */
export function readBusPasswords(env: Environment): Record<BusUser, string> | undefined {
  const missing = BUS_USERS.filter((user) => !env[passwordVariable(user)]);
  if (missing.length === BUS_USERS.length) return undefined;
  if (missing[0]) throw new Fault(`${passwordVariable(missing[0])} is not set: give every user's password, or none`);
  return forEachName(BUS_USERS, (user) => env[passwordVariable(user)] ?? '');
}
