import type { LocalUser } from '../src/rooms/occupancy.ts';

/** A user who is connected to this gateway, for now without sockets and rooms. */
export function createLocalUser(userId: number): LocalUser {
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
