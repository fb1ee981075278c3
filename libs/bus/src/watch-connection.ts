import { errors, type NatsConnection, type PermissionViolationError } from '@nats-io/transport-node';
import { VestnikError } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import { reportError } from './bus-errors.ts';

/** The state of a connection to the bus. */
export interface ConnectionState {
  /** Returns false from the loss of the bus connection to its return. */
  isConnected(): boolean;
  /**
   * Call it before publishing. Returns a check that throws `unavailable` when the connection was away then, or has been lost
   * since. In that case the published events may be lost, although requests that were made after them were answered.
   */
  unbroken(): () => void;
  /** Calls `handle` when live events may have been lost: the connection is back after a loss, or the client dropped events. */
  onEventsMissed(handle: (noticedAt: Date) => void): void;
  /** Calls `handle` whenever the server refuses a publication or subscription of this process. */
  onRefused(handle: (refusal: PermissionViolationError) => void): void;
}

/** Watches a connection until it is closed, and logs every change of its state. */
export function watchConnection(connection: NatsConnection, logger: Logger): ConnectionState {
  let connected = true;
  let losses = 0;
  let lostAt = new Date();
  const missedWatchers: ((noticedAt: Date) => void)[] = [];
  const refusalWatchers: ((refusal: PermissionViolationError) => void)[] = [];

  function notifyMissed(noticedAt: Date): void {
    for (const watcher of missedWatchers) watcher(noticedAt);
  }

  async function watch(): Promise<void> {
    for await (const status of connection.status()) {
      switch (status.type) {
        case 'disconnect':
          connected = false;
          losses += 1;
          lostAt = new Date();
          logger.warn('bus is away');
          break;
        case 'reconnect':
          connected = true;
          logger.warn('bus is back');
          notifyMissed(lostAt);
          break;
        case 'slowConsumer':
          logger.warn('bus dropped events for this process');
          notifyMissed(new Date());
          break;
        case 'error':
          reportError(status.error, logger);
          if (status.error instanceof errors.PermissionViolationError)
            for (const watcher of refusalWatchers) watcher(status.error);
          break;
        default:
      }
    }
  }
  void watch();

  return {
    isConnected: () => connected,
    unbroken() {
      const before = connected ? losses : undefined;
      return () => {
        if (before !== losses) throw new VestnikError('unavailable', 'The bus was away', { retryAfterSeconds: 1 });
      };
    },
    onEventsMissed: (handle) => void missedWatchers.push(handle),
    onRefused: (handle) => void refusalWatchers.push(handle),
  };
}
