import { VestnikError } from '@vestnik/contracts';
import type { GatewayLimits } from '../config.ts';

/**
 * Connections that have yet to show a good token, on both ports. They cost memory and nobody is to be made answerable
 * for them, so there are so many and no more, in all and from one address.
 */
export interface Newcomers {
  /** Why one more from an address cannot be had now; undefined when it can. */
  refusal(address: string): VestnikError | undefined;
  /** Counts a connection from now on, until `settle`. */
  arrive(connection: object, address: string): void;
  /** The connection has shown a good token, was refused or has gone; only the first call counts. */
  settle(connection: object): void;
  count(): number;
}

/** They have seconds to show a token; so there is room again soon. */
const RETRY_AFTER_SECONDS = 2;

/** Creates the count of one gateway. */
export function createNewcomers({ unauthenticated, unauthenticatedPerAddress }: GatewayLimits): Newcomers {
  const addresses = new Map<object, string>();
  const perAddress = new Map<string, number>();
  const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };

  return {
    refusal(address) {
      if (addresses.size >= unauthenticated) {
        return new VestnikError('unavailable', 'Too many connections without a token; try again later', retry);
      }
      if ((perAddress.get(address) ?? 0) >= unauthenticatedPerAddress) {
        return new VestnikError('rate_limited', 'Too many connections without a token from this address', retry);
      }
      return undefined;
    },
    arrive(connection, address) {
      addresses.set(connection, address);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    },
    settle(connection) {
      const address = addresses.get(connection);
      if (address === undefined) return;
      addresses.delete(connection);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    },
    count: () => addresses.size,
  };
}
