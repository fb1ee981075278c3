import type { LiveEvent } from '@vestnik/contracts';
import type { RoomSubscribers } from '../rooms/room-subscribers.ts';
import type { Session } from '../sessions/session.ts';

// Users and rooms name each other, so that both are described in one file.

/**
 * A user with sockets on this gateway. All of a user's sessions see the same rooms. There are tens of thousands of them:
 * what is a list here is as long as it needs to be, and what few users have is there for them alone.
 */
export interface ConnectedUser {
  readonly userId: number;
  /** Sessions that get events. Replaced when it changes, so that who goes through it sees one state. */
  sessions: readonly Session[];
  /** The rooms that the user's sessions are in. Replaced when it changes. */
  rooms: readonly Room[];
  /** Rooms that the user is about to enter, each with the attempt that counts. */
  entering: Map<number, symbol> | undefined;
  /** Newest version of each conversation whose change of membership was seen; older news are ignored. */
  versions: Map<number, number> | undefined;
  /** Sessions that wait for `opened`. */
  waiting: number;
  /** Resolves when the user's rooms are known and entered. */
  opened: Promise<void>;
  /** True when `opened` has resolved. */
  isOpen: boolean;
  /** The round of announcements in which the user was last told of somebody. */
  toldIn: number;
  /** Ends the interest in the user on the bus; undefined until it has begun. */
  unsubscribe: (() => void) | undefined;
}

/** Adds a session, which hears what the user hears from now on. */
export function addSession(user: ConnectedUser, session: Session): void {
  // Spreading, or pushing, would leave room for sixteen more.
  user.sessions = user.sessions.concat([session]);
  for (const room of user.rooms) room.subscribers.addSession(session);
}

/**
 * A conversation on this gateway: who of its participants is here, and how far its messages were handed to the sockets.
 * It lets messages through in `seq` order without a hole, whatever order the bus brings them in: two instances of
 * messages may publish in another order than they committed.
 */
export interface Room {
  readonly conversationId: number;
  /** The participants with a socket here. */
  readonly subscribers: RoomSubscribers<ConnectedUser>;
  /** The newest message that the sockets have; undefined until `startAt`. */
  lastSeq(): number | undefined;
  /** Live delivery begins behind this message. Later calls change nothing. */
  startAt(seq: number): void;
  /** Takes one live event of the conversation. */
  take(payload: Uint8Array): void;
  /** Has a listener told of events that are no messages, until the returned function is called. */
  addObserver(listener: (event: LiveEvent) => void): () => void;
  /** Makes sure that the sockets have everything up to a message. */
  catchUp(seq: number): void;
  /** Hands nothing to the sockets until `resume`: who is in the room may not be true any more. */
  pause(): void;
  /** Goes on behind the last message that was handed over; other events of the pause are dropped. */
  resume(): void;
  close(): void;
}
