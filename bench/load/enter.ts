import { type Connection, type ConnectionEvents, openConnection } from './connection.ts';
import type { Door } from './door.ts';
import type { Address, Target } from './plan.ts';

/** The events of a socket that was let in, for its owner. */
export interface EnteredEvents extends Pick<ConnectionEvents, 'frame' | 'idle' | 'closed'> {
  /** Delivery is live, or the server has let the user in and says no more than that. */
  ready(connection: Connection): void;
  refused(why: string, retryAfterSeconds?: number): void;
}

/** Opens a socket of a user and goes through the greetings of its door. */
export function enter(
  { saysReady }: Pick<Target, 'saysReady'>,
  door: Door,
  address: Address,
  token: string,
  readBuffer: Buffer,
  events: EnteredEvents,
): void {
  const request = { path: door.path, headers: door.headers(token) };
  let connection: Connection | undefined;
  let isReady = false;
  const becomeReady = () => {
    isReady = true;
    if (connection) events.ready(connection);
  };
  openConnection(address, request, readBuffer, {
    opened: (opened) => {
      connection = opened;
    },
    frame(buffer, start, end) {
      if (isReady) {
        events.frame(buffer, start, end);
        return;
      }
      const kind = door.kind(buffer, start, end);
      if (kind === 'opened') connection?.send(door.greeting(token) ?? '');
      else if (kind === 'ready' || (kind === 'connected' && !saysReady)) becomeReady();
      else if (kind === 'ping') connection?.send('3');
    },
    idle: () => events.idle(),
    refused: (why, retryAfterSeconds) => events.refused(why, retryAfterSeconds),
    closed: (code) => (isReady ? events.closed(code) : events.refused(`closed with ${code}`)),
  });
}
