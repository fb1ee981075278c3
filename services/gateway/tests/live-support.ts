import type { ConnectedUser } from '../src/users/connected-user.ts';

/** A user who is connected to this gateway, for now without sockets and rooms. */
export function createConnectedUser(userId: number): ConnectedUser {
  return {
    userId,
    sessions: [],
    rooms: [],
    entering: undefined,
    versions: undefined,
    waiting: 0,
    opened: Promise.resolve(),
    isOpen: true,
    toldIn: 0,
    unsubscribe: undefined,
  };
}
