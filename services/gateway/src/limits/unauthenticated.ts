import { VestnikError } from '@vestnik/contracts';

/**
 * Connections on both ports that have not yet shown a good token. Each costs memory, and no user is accountable for it, so
 * their number is limited in all and for each address.
 */
export interface UnauthenticatedConnections {
  /** Returns why one more connection of an address cannot be taken now; undefined when it can. */
  refusal(address: string): VestnikError | undefined;
  /** Counts a connection from now on, until `remove`. */
  add(connection: object, address: string): void;
  /** Stops counting a connection: it has shown a good token, was refused or has closed. Only the first call counts. */
  remove(connection: object): void;
  count(): number;
}

/** How many unauthenticated connections a gateway takes. */
export interface UnauthenticatedLimits {
  /** In all. */
  unauthenticated: number;
  unauthenticatedPerAddress: number;
}

/** A connection has seconds to show its token, so there is room again soon. */
const RETRY_AFTER_SECONDS = 2;

/** Creates the count of one gateway. */
export function createUnauthenticatedConnections({
  unauthenticated,
  unauthenticatedPerAddress,
}: UnauthenticatedLimits): UnauthenticatedConnections {
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
    add(connection, address) {
      addresses.set(connection, address);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    },
    remove(connection) {
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
