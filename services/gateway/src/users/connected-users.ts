import { decodeLive, liveSubjects } from '@vestnik/contracts';
import { createRooms, type Rooms } from '../rooms/rooms.ts';
import type { Session } from '../sessions/session.ts';
import { createConversationsOfUsers } from '../upstream/conversations-of-users.ts';
import { addSession, type ConnectedUser, type Room } from '../users/connected-user.ts';
import { fanOutToRoom, fanOutToUser } from '../users/fan-out.ts';
import type { ConnectedUsersParts } from './connected-users-parts.ts';
import { createMembership } from './membership.ts';
import { createRecovery } from './recovery.ts';

/**
 * Who is connected to this gateway and what they hear. A session is added when its token is good and taken out when its
 * socket closes; everything between (rooms, membership changes, the loss of the bus) is its affair.
 */
export interface ConnectedUsers {
  /** Adds a session and resolves when delivery to it is live. */
  add(session: Session): Promise<void>;
  remove(session: Session): void;
  /** True when the user's sessions hear a conversation: the user is in it, as far as this gateway knows. */
  isInRoom(userId: number, conversationId: number): boolean;
  sessions(): IterableIterator<Session>;
  readonly rooms: Rooms;
  /**
   * After events may have been missed: tells everybody to `sync` and brings every user's rooms up to date. Nothing of a
   * conversation is handed on until it is known who is still in it.
   */
  recover(): Promise<void>;
  counts(): { sessions: number; users: number; rooms: number };
}

/** Shared by new users. */
const NOBODY: readonly Session[] = [];
const NO_ROOMS: readonly Room[] = [];

/** Creates the connectedUsers of a gateway. */
export function createConnectedUsers(parts: ConnectedUsersParts): ConnectedUsers {
  const { bus, onPresence } = parts;
  const opened = Promise.resolve();
  const users = new Map<number, ConnectedUser>();
  const sessions = new Map<string, Session>();
  const isHere = (user: ConnectedUser) => users.get(user.userId) === user;

  const here = {
    user: (userId: number) => users.get(userId),
    session: (sessionId: string) => sessions.get(sessionId),
  };
  const rooms = createRooms({ ...parts, deliver: (room, event) => fanOutToRoom(here, room, event) });
  const membership = createMembership(parts, rooms, isHere);
  const conversationsOf = createConversationsOfUsers(bus, listenTo);
  const recover = createRecovery({
    logger: parts.logger,
    rooms,
    membership,
    users: () => users.values(),
    isHere,
    conversationsOf,
  });

  function listenTo(user: ConnectedUser): void {
    if (isHere(user)) user.unsubscribe ??= bus.subscribe(liveSubjects.ofUser(user.userId), hear);
  }

  /** One handler for all: a closure for each user would stay in memory with them. */
  function hear(payload: Uint8Array, subject: string): void {
    const user = users.get(Number(subject.slice(subject.lastIndexOf('.u') + 2)));
    if (!user) return;
    if (subject === liveSubjects.membershipChanged(user.userId)) membership.hear(user, payload);
    else fanOutToUser(user, decodeLive(payload));
  }

  function createUser(userId: number): ConnectedUser {
    const user: ConnectedUser = {
      userId,
      sessions: NOBODY,
      rooms: NO_ROOMS,
      entering: undefined,
      versions: undefined,
      waiting: 0,
      opened,
      isOpen: false,
      toldIn: 0,
      unsubscribe: undefined,
    };
    users.set(userId, user);
    user.opened = openRooms(user).then(() => {
      user.isOpen = true;
      user.opened = opened;
    });
    user.opened.catch(() => undefined);
    return user;
  }

  async function openRooms(user: ConnectedUser): Promise<void> {
    const conversationIds = await conversationsOf(user);
    await rooms.open(conversationIds, (opened) => {
      if (isHere(user)) rooms.enter(user, opened);
    });
  }

  function dropIfUnused(user: ConnectedUser): void {
    if (user.sessions.length > 0 || user.waiting > 0) return;
    users.delete(user.userId);
    onPresence(user.userId, false);
    user.unsubscribe?.();
    user.entering = undefined;
    for (const room of user.rooms) rooms.leave(user, room);
  }

  return {
    async add(session) {
      sessions.set(session.id, session);
      let user = users.get(session.userId);
      if (!user) {
        user = createUser(session.userId);
        onPresence(session.userId, true);
      }
      user.waiting += 1;
      try {
        await user.opened;
        if (sessions.has(session.id)) addSession(user, session);
      } finally {
        user.waiting -= 1;
        dropIfUnused(user);
      }
    },
    remove(session) {
      sessions.delete(session.id);
      const user = users.get(session.userId);
      if (!user?.sessions.includes(session)) return;
      user.sessions = user.sessions.filter((other) => other !== session);
      dropIfUnused(user);
    },
    isInRoom: (userId, conversationId) => {
      const user = users.get(userId);
      return user !== undefined && rooms.enteredBy(user, conversationId) !== undefined;
    },
    sessions: () => sessions.values(),
    rooms,
    recover,
    counts: () => ({ sessions: sessions.size, users: users.size, rooms: rooms.size() }),
  };
}
