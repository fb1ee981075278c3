import { VestnikError } from '@vestnik/contracts';

/**
 * Connections on both ports that have not yet shown a good token. Each costs memory, and no user is accountable for it, so
 * their number is limited in all and for each address.
 */
export interface UnauthenticatedConnections {
  /**
   * Returns why one more connection of an address cannot be taken now; undefined when it can. The address is undefined for
   * a connection of a trusted proxy that has not yet named the address of its client.
   */
  refusal(address: string | undefined): VestnikError | undefined;
  /** Counts a connection from now on, until `remove`. */
  add(connection: object, address: string | undefined): void;
  /**
   * Counts a connection for another address: a trusted proxy has named its client. Returns the refusal when that address has
   * too many connections.
   */
  readdress(connection: object, address: string): VestnikError | undefined;
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
  const addresses = new Map<object, string | undefined>();
  const perAddress = new Map<string, number>();
  const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };

  function refusalOfAddress(address: string | undefined): VestnikError | undefined {
    if (address === undefined || (perAddress.get(address) ?? 0) < unauthenticatedPerAddress) return undefined;
    return new VestnikError('rate_limited', 'Too many connections without a token from this address', retry);
  }

  function add(connection: object, address: string | undefined): void {
    addresses.set(connection, address);
    if (address !== undefined) perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
  }

  function remove(connection: object): void {
    const address = addresses.get(connection);
    if (!addresses.delete(connection) || address === undefined) return;
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  }

  return {
    refusal(address) {
      if (addresses.size < unauthenticated) return refusalOfAddress(address);
      return new VestnikError('unavailable', 'Too many connections without a token; try again later', retry);
    },
    add,
    readdress(connection, address) {
      if (!addresses.has(connection) || addresses.get(connection) === address) return undefined;
      const refusal = refusalOfAddress(address);
      if (refusal) return refusal;
      remove(connection);
      add(connection, address);
      return undefined;
    },
    remove,
    count: () => addresses.size,
  };
}
