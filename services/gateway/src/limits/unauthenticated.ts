import type { CountRefusal } from './refusals.ts';

/**
 * Connections on both ports that have not yet shown a good token. Each costs memory, and no user is accountable for it. So
 * their number is limited in all and for each address. A further connection is never refused: it may be of a user with a good
 * token, or ask for health. Instead the connections that have been silent for longest are closed.
 */
export interface UnauthenticatedConnections {
  /**
   * Counts a connection from now on, until `remove`. The address is undefined for a connection of a trusted proxy that has not
   * yet named the address of its client. `close` ends the connection.
   */
  add(connection: object, address: string | undefined, close: () => void): void;
  /** Notes that a request came on a connection, which may count for another address: a trusted proxy has named its client. */
  heard(connection: object, address: string): void;
  /** Stops counting a connection: it has shown a good token, was refused or has closed. Only the first call counts. */
  remove(connection: object): void;
  count(): number;
  stop(): void;
}

/** How many unauthenticated connections a gateway keeps. */
export interface UnauthenticatedLimits {
  /** In all. */
  unauthenticated: number;
  unauthenticatedPerAddress: number;
}

interface Stranger {
  address: string | undefined;
  heardAt: number;
  readonly close: () => void;
}

/** A connection has this long to send its first request, whatever others do, in milliseconds. */
const GRACE_MS = 2_000;
/** Beyond so many times a limit, a connection is closed before its time. */
const HARD_FACTOR = 2;
/** How often silent connections are looked for, in milliseconds. */
const SWEEP_INTERVAL_MS = 250;

/** Creates the count of one gateway. */
export function createUnauthenticatedConnections(
  { unauthenticated, unauthenticatedPerAddress }: UnauthenticatedLimits,
  countRefusal: CountRefusal,
): UnauthenticatedConnections {
  /** The connection that has been silent for longest comes first, here and for each address. */
  const strangers = new Map<object, Stranger>();
  const ofAddresses = new Map<string, Set<object>>();
  /** Addresses with more connections than their limit. */
  const full = new Set<string>();

  function join(connection: object, address: string | undefined): void {
    if (address === undefined) return;
    const own = ofAddresses.get(address);
    if (own) own.add(connection);
    else ofAddresses.set(address, new Set([connection]));
  }

  function leave(connection: object, address: string | undefined): void {
    if (address === undefined) return;
    const own = ofAddresses.get(address);
    own?.delete(connection);
    if (own?.size === 0) ofAddresses.delete(address);
  }

  function remove(connection: object): Stranger | undefined {
    const stranger = strangers.get(connection);
    if (!stranger) return undefined;
    strangers.delete(connection);
    leave(connection, stranger.address);
    return stranger;
  }

  /** Closes the connections beyond a limit whose time is over. Returns true when none is left beyond it. */
  function relieve(connections: Map<object, unknown> | Set<object>, limit: number): boolean {
    const latest = performance.now() - GRACE_MS;
    for (const connection of connections.keys()) {
      if (connections.size <= limit) return true;
      const stranger = strangers.get(connection);
      if (stranger && stranger.heardAt > latest && connections.size <= HARD_FACTOR * limit) return false;
      countRefusal('unauthenticated_connections');
      remove(connection)?.close();
    }
    return true;
  }

  function relieveAddress(address: string): void {
    const own = ofAddresses.get(address);
    if (own && !relieve(own, unauthenticatedPerAddress)) full.add(address);
    else full.delete(address);
  }

  const sweeper = setInterval(() => {
    for (const address of full) relieveAddress(address);
    relieve(strangers, unauthenticated);
  }, SWEEP_INTERVAL_MS);

  return {
    add(connection, address, close) {
      strangers.set(connection, { address, heardAt: performance.now(), close });
      join(connection, address);
      if (address !== undefined) relieveAddress(address);
      relieve(strangers, unauthenticated);
    },
    heard(connection, address) {
      const stranger = remove(connection);
      if (!stranger) return;
      stranger.address = address;
      stranger.heardAt = performance.now();
      strangers.set(connection, stranger);
      join(connection, address);
      relieveAddress(address);
    },
    remove: (connection) => void remove(connection),
    count: () => strangers.size,
    stop: () => clearInterval(sweeper),
  };
}
