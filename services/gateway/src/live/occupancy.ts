import type { LiveEvent } from '@vestnik/contracts';
import { conversationTopic, type Session, userTopic } from './session.ts';

/** A user with sockets on this gateway. All of a user's sessions see the same rooms. */
export interface LocalUser {
  readonly userId: number;
  /** Sessions that get events. */
  readonly sessions: Set<Session>;
  /** The rooms that the user's sessions are in. */
  readonly rooms: Map<number, Room>;
  /** Rooms that the user is about to enter, each with the attempt that counts. */
  readonly entering: Map<number, symbol>;
  /** Newest version of each conversation whose change of membership was seen; older news are ignored. */
  readonly versions: Map<number, number>;
  /** Sessions that wait for `opened`. */
  waiting: number;
  /** Resolves when the user's rooms are known and entered. */
  opened: Promise<void>;
  /** True when `opened` has resolved. */
  isOpen: boolean;
  /** Ends the interest in the user on the bus. */
  unsubscribe(): void;
}

/** Lets a session hear what the user hears. */
export function admit(user: LocalUser, session: Session): void {
  session.join(userTopic(user.userId));
  for (const room of user.rooms.values()) session.join(conversationTopic(room.conversationId));
  user.sessions.add(session);
}

/**
 * A conversation on this gateway: who of its participants is here, and how far its messages were handed to the sockets.
 * It lets messages through in `seq` order without a hole, whatever order the bus brings them in: two instances of
 * messages may publish in another order than they committed.
 */
export interface Room {
  readonly conversationId: number;
  /** The participants with a socket here. */
  readonly users: Set<LocalUser>;
  /** The newest message that the sockets have; undefined until `startAt`. */
  lastSeq(): number | undefined;
  /** Live delivery begins behind this message. Later calls change nothing. */
  startAt(seq: number): void;
  /** Takes one live event of the conversation; what is not a message is handed to `otherwise`. */
  take(payload: Uint8Array, otherwise: (event: LiveEvent) => void): void;
  /** Makes sure that the sockets have everything up to a message. */
  catchUp(seq: number): void;
  /** Hands nothing to the sockets until `resume`: who is in the room may not be true any more. */
  pause(): void;
  /** Goes on behind the last message that was handed over; other events of the pause are dropped. */
  resume(): void;
  close(): void;
}
