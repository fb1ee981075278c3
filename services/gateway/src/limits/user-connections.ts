import { VestnikError } from '@vestnik/contracts';
import type { CountRefusal } from './refusals.ts';

/** Limits the connections of one user on the REST port. A connection belongs to the user whose token it showed last. */
export interface UserConnections {
  /** Notes that a connection carries a request of a user. Returns why it may not, when the user has too many connections. */
  use(connection: Connection, userId: number): VestnikError | undefined;
}

interface Connection {
  once(event: 'close', listener: () => void): unknown;
}

/** Creates the limit of one gateway: `perUser` connections for each user. */
export function createUserConnections(perUser: number, countRefusal: CountRefusal): UserConnections {
  const owners = new WeakMap<Connection, number>();
  const counts = new Map<number, number>();

  function change(userId: number, by: 1 | -1): void {
    const count = (counts.get(userId) ?? 0) + by;
    if (count > 0) counts.set(userId, count);
    else counts.delete(userId);
  }

  return {
    use(connection, userId) {
      const owner = owners.get(connection);
      if (owner === userId) return undefined;
      if ((counts.get(userId) ?? 0) >= perUser) {
        countRefusal('user_connections');
        return new VestnikError('rate_limited', 'Too many connections of this user', { retryAfterSeconds: 1 });
      }
      if (owner === undefined) connection.once('close', () => change(owners.get(connection) ?? userId, -1));
      else change(owner, -1);
      owners.set(connection, userId);
      change(userId, 1);
      return undefined;
    },
  };
}
