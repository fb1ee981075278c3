import { type ConnectedUser, createConnectedUser as createUser } from '../src/users/connected-user.ts';

/** Creates a user whose rooms are entered, for now without sockets and rooms. */
export function createConnectedUser(userId: number): ConnectedUser {
  return { ...createUser(userId), isOpen: true };
}
