import { addressesFor, type OperatorAddresses, passwordVariable } from '@vestnik/bus';
import { type Environment, list } from '@vestnik/config';
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

/** The addresses of the operators' users. */
export function operatorsOf({ ops, revoker }: Pick<BusAddresses, 'ops' | 'revoker'>): OperatorAddresses {
  return { ops: ops.split(','), revoker: revoker.split(',') };
}

/**
 * Reads the addresses of the operators' users from NATS_URL, which is that of ops. The password of revoker is in
 * REVOKER_NATS_PASSWORD; without users on the bus there is none. Undefined when NATS_URL is not set.
 * @throws Fault when NATS_URL names a user, and the password of revoker is missing
 */
export function readOperators(env: Environment): OperatorAddresses | undefined {
  const ops = list.parse(env.NATS_URL ?? '');
  if (ops.length === 0) return undefined;
  const variable = passwordVariable('revoker');
  const password = env[variable];
  if (password) return { ops, revoker: addressesFor(ops, 'revoker', password) };
  if (ops.some((address) => address.includes('@'))) {
    throw new Fault(`${variable} is not set: NATS_URL names a user, so the bus asks for the password of revoker too`);
  }
  return { ops, revoker: ops };
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
