import { type CompactSet, withItems, withoutItem } from '../rooms/compact-set.ts';
import type { Room } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { FrameReceiver } from '../rooms/subscriber.ts';

/** One socket of a user, as far as users know it. */
export interface UserSession extends FrameReceiver {
  readonly id: string;
  readonly userId: number;
  readonly companyId: number;
  /** As `send`, at the end of this event-loop tick: the frames of one tick leave in one write. */
  sendSoon(frame: string | Uint8Array): void;
  /** Returns the bytes that wait because the client does not read. */
  backlog(): number;
  /** When the session began to get messages, by the clock of the delivery tracker. */
  liveSince: number;
  /** When the session missed its first messages, by the same clock; Infinity while it misses none. */
  liveUntil: number;
  /** The time, by the same clock, up to which the device has confirmed to have everything. */
  answeredAt: number;
  /** Asks the device for an answer that proves that it has everything up to a time by that clock. */
  askForAnswer(time: number): void;
  /** Unix time in milliseconds of the client's last event; -Infinity when the client said that it is idle. */
  actedAt: number;
  /** True while the socket holds no pushes back, since its user does not act. */
  isIdle: boolean;
  /** Closes the socket so that its client comes back. */
  close(code: 'restart'): void;
}

/**
 * A user with sockets on this gateway. All sessions of a user are in the same rooms. A gateway holds tens of thousands of
 * users. So a list here is as long as it needs to be, and a field that few users need is `undefined` for the others.
 */
export interface ConnectedUser {
  readonly userId: number;
  /** Sessions that get events. Replaced when it changes, so that a loop over it sees one state. */
  sessions: readonly UserSession[];
  /** The rooms that the user is in. Changed by the functions of this file alone. */
  rooms: CompactSet<UserRoom>;
  /** Conversations that the user is about to enter, each with the attempt that counts. */
  entering: Map<number, symbol> | undefined;
  /** Newest version of each conversation in a change of membership of this user. Older changes are ignored. */
  versions: Map<number, number> | undefined;
  /** Sessions that wait for `opened`. */
  waiting: number;
  /** Resolves when the user's rooms are known and entered. */
  opened: Promise<void>;
  /** True when `opened` has resolved. */
  isOpen: boolean;
  /** All sessions are idle, as presence was told. */
  isIdle: boolean;
  /** The announcement of a status that this user got last. */
  lastAnnouncement: number;
  /** The session that ended last. Its device may have confirmed messages that are not reported yet. */
  endedSession: UserSession | undefined;
  /** Ends the subscription of the user's events on the bus; undefined until it has begun. */
  unsubscribe: (() => void) | undefined;
}

/** A room whose subscribers are connected users. */
export type UserRoom = Room<ConnectedUser>;
/** The rooms of this gateway. */
export type UserRooms = Rooms<ConnectedUser>;

/** Shared by users without sessions and rooms. */
const NONE: readonly never[] = [];

/** Creates a user without sessions and rooms. */
export function createConnectedUser(userId: number): ConnectedUser {
  return {
    userId,
    sessions: NONE,
    rooms: NONE,
    entering: undefined,
    versions: undefined,
    waiting: 0,
    opened: OPENED,
    isOpen: false,
    isIdle: false,
    lastAnnouncement: 0,
    endedSession: undefined,
    unsubscribe: undefined,
  };
}

/** Stands in for the `opened` of every user whose rooms are entered. */
export const OPENED = Promise.resolve();

/** Adds a session. From now on it gets everything that the user gets. */
export function addSession(user: ConnectedUser, session: UserSession): void {
  // `push` would reserve memory for sixteen more.
  user.sessions = user.sessions.concat([session]);
  for (const room of user.rooms) room.subscribers.addSession(session);
}

/** Takes that a session begins to lag, or keeps up again. Its `budget` says which. */
export function changePace(user: ConnectedUser, session: UserSession): void {
  for (const room of user.rooms) room.subscribers.changePace(session);
}

/** Removes a session that has closed. */
export function removeSession(user: ConnectedUser, session: UserSession): void {
  user.sessions = user.sessions.filter((other) => other !== session);
  if (session.budget) for (const room of user.rooms) room.subscribers.forgetSession(session);
}

/** Brings a user into rooms. Returns the rooms that the user was not in before. */
export function enterRooms(rooms: UserRooms, user: ConnectedUser, entered: readonly UserRoom[]): UserRoom[] {
  const added = entered.filter((room) => rooms.enter(user, room));
  user.rooms = withItems(user.rooms, added);
  return added;
}

/** Takes a user out of a room. */
export function leaveRoom(rooms: UserRooms, user: ConnectedUser, room: UserRoom): void {
  user.rooms = withoutItem(user.rooms, room);
  rooms.leave(user, room);
}

/** Takes a user out of all rooms. */
export async function leaveAllRooms(rooms: UserRooms, user: ConnectedUser): Promise<void> {
  const left = user.rooms;
  user.rooms = NONE;
  await rooms.leaveAll(user, left);
}
