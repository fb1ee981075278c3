import { setImmediate as nextTick } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import { decodeLive, liveSubjects } from '@vestnik/contracts';
import { createRooms, ROOMS_PER_TICK } from '../rooms/rooms.ts';
import type { Publisher } from '../rooms/subscriber.ts';
import type { TopicActivity } from '../rooms/topic-activity.ts';
import { createConversationsOfUsers } from '../upstream/conversations-of-users.ts';
import { readCopies } from '../upstream/copies-of-conversations.ts';
import {
  addSession,
  type ConnectedUser,
  changePace,
  createConnectedUser,
  enterRooms,
  leaveAllRooms,
  OPENED,
  removeSession,
  type UserRoom,
  type UserRooms,
  type UserSession,
} from './connected-user.ts';
import type { EnterParts } from './enter-conversation.ts';
import { fanOutToRoom, fanOutToUser } from './fan-out.ts';
import { createMembership } from './membership.ts';
import { createRecovery } from './recovery.ts';

/**
 * The users with a socket on this gateway, and their rooms. A session is added when its token is accepted and removed when
 * its socket closes. Everything between (rooms, changes of membership, the loss of the bus) is handled here.
 */
export interface ConnectedUsers<Session extends UserSession> {
  /** Adds a session and resolves when delivery to it is live. */
  add(session: Session): Promise<void>;
  remove(session: Session): void;
  /** A device answered after the write at `time`, by the clock of the delivery tracker; without one, it sent a frame. */
  answered(session: Session, time?: number): void;
  /** Takes that a session is idle now, or active again. */
  setIdle(session: Session, isIdle: boolean): void;
  /** Takes that a session begins to lag, or keeps up again. Its `budget` says which. */
  changePace(session: Session): void;
  /** A session that lags is about to miss its first live event. */
  interrupted(session: Session): void;
  /** A session that missed live events gets all from now on. */
  resumed(session: Session): void;
  /** A session got messages that it asked for. With them its device has everything up to `upToSeq`. */
  answeredSync(session: Session, conversationId: number, upToSeq: number): void;
  /** Returns true when the user's sessions get the events of a conversation, because the user is in it. */
  isInRoom(userId: number, conversationId: number): boolean;
  sessions(): IterableIterator<Session>;
  /** Returns the sessions of one user. */
  sessionsOf(userId: number): Session[];
  readonly rooms: UserRooms;
  /** Returns the rooms that a user is in. */
  roomsOf(userId: number): Iterable<UserRoom>;
  /**
   * Recovers after events may have been missed: sends `resync` to every session and brings the rooms of all users up to
   * date. Events of a conversation are held back until it is known which users are still in it.
   */
  recover(): Promise<void>;
  counts(): { sessions: number; users: number; rooms: number };
}

/** The parts that connected users work with. */
export interface ConnectedUsersParts extends EnterParts {
  bus: Bus;
  publisher: Publisher;
  topicActivity: TopicActivity;
  /** Called when a user's first session opens here (true) or the last one closes (false). */
  onPresence(userId: number, present: boolean): void;
  /** Called when all sessions that a user has here are idle (true), or no longer are (false). */
  onIdle(userId: number, isIdle: boolean): void;
}

/** Creates the connected users of a gateway. */
export function createConnectedUsers<Session extends UserSession>(parts: ConnectedUsersParts): ConnectedUsers<Session> {
  const { bus, logger, deliveries, onPresence, onIdle } = parts;
  const users = new Map<number, ConnectedUser>();
  const sessions = new Map<string, Session>();
  const isHere = (user: ConnectedUser) => users.get(user.userId) === user;

  const lookup = {
    user: (userId: number) => users.get(userId),
    session: (sessionId: string) => sessions.get(sessionId),
  };
  const rooms: UserRooms = createRooms({
    ...parts,
    observer: deliveries,
    deliver: (room, event) => fanOutToRoom(lookup, room, event),
  });
  const membership = createMembership(parts, rooms, isHere);
  const conversationsOf = createConversationsOfUsers(bus, subscribe);
  const recover = createRecovery({
    logger,
    rooms,
    membership,
    users: () => users.values(),
    isHere,
    conversationsOf,
    copiesOf: (conversationIds) => readCopies(bus, conversationIds),
  });

  function subscribe(user: ConnectedUser): void {
    if (isHere(user)) user.unsubscribe ??= bus.subscribe(liveSubjects.ofUser(user.userId), receive);
  }

  /** Takes the events of all users. A closure for each user would stay in memory for as long as the user is here. */
  function receive(payload: Uint8Array, subject: string): void {
    const user = users.get(Number(subject.slice(subject.lastIndexOf('.u') + 2)));
    if (!user) return;
    if (subject === liveSubjects.membershipChanged(user.userId)) membership.receive(user, payload);
    else fanOutToUser(user, decodeLive(payload, subject));
  }

  function addUser(userId: number): ConnectedUser {
    const user = createConnectedUser(userId);
    users.set(userId, user);
    user.opened = openRooms(user).then(() => {
      user.isOpen = true;
      user.opened = OPENED;
    });
    user.opened.catch(() => undefined);
    return user;
  }

  async function openRooms(user: ConnectedUser): Promise<void> {
    const conversationIds = await conversationsOf(user);
    await rooms.open(conversationIds, async (opened) => {
      for (let from = 0; from < opened.length; from += ROOMS_PER_TICK) {
        if (from > 0) await nextTick();
        if (isHere(user)) enterRooms(rooms, user, opened.slice(from, from + ROOMS_PER_TICK));
      }
    });
  }

  /** Returns the user whose events a session gets; undefined while it gets none. */
  function ownerOf(session: Session): ConnectedUser | undefined {
    const user = users.get(session.userId);
    return user?.sessions.includes(session) ? user : undefined;
  }

  function noteIdle(user: ConnectedUser): void {
    const isIdle = user.sessions.length > 0 && user.sessions.every((session) => session.isIdle);
    if (user.isIdle === isIdle) return;
    user.isIdle = isIdle;
    onIdle(user.userId, isIdle);
  }

  function dropIfUnused(user: ConnectedUser): void {
    if (user.sessions.length > 0 || user.waiting > 0) return;
    users.delete(user.userId);
    onPresence(user.userId, false);
    user.unsubscribe?.();
    user.entering = undefined;
    void leaveAllRooms(rooms, user);
  }

  return {
    async add(session) {
      sessions.set(session.id, session);
      let user = users.get(session.userId);
      if (!user) {
        user = addUser(session.userId);
        onPresence(session.userId, true);
      }
      user.waiting += 1;
      try {
        await user.opened;
        if (!sessions.has(session.id)) return;
        deliveries.began(user, session);
        addSession(user, session);
        noteIdle(user);
      } finally {
        user.waiting -= 1;
        dropIfUnused(user);
      }
    },
    remove(session) {
      sessions.delete(session.id);
      const user = users.get(session.userId);
      if (!user?.sessions.includes(session)) return;
      removeSession(user, session);
      user.endedSession = session;
      noteIdle(user);
      dropIfUnused(user);
    },
    answered(session, time) {
      const user = users.get(session.userId);
      if (!user) return;
      // A frame proves nothing about bytes that have not left this process.
      if (time !== undefined || session.backlog() === 0) deliveries.answered(user, session, time);
    },
    setIdle(session, isIdle) {
      session.isIdle = isIdle;
      const user = ownerOf(session);
      if (user) noteIdle(user);
    },
    changePace(session) {
      const user = ownerOf(session);
      if (user) changePace(user, session);
    },
    interrupted(session) {
      const user = ownerOf(session);
      if (user) deliveries.interrupted(user, session);
    },
    resumed(session) {
      const user = ownerOf(session);
      if (user) deliveries.began(user, session);
    },
    answeredSync(session, conversationId, upToSeq) {
      const user = ownerOf(session);
      if (user) deliveries.answeredSync(user, session, conversationId, upToSeq);
    },
    isInRoom: (userId, conversationId) => {
      const user = users.get(userId);
      return user !== undefined && rooms.enteredBy(user, conversationId) !== undefined;
    },
    sessions: () => sessions.values(),
    sessionsOf: (userId) => users.get(userId)?.sessions.flatMap(({ id }) => sessions.get(id) ?? []) ?? [],
    rooms,
    roomsOf: (userId) => users.get(userId)?.rooms ?? [],
    recover,
    counts: () => ({ sessions: sessions.size, users: users.size, rooms: rooms.size() }),
  };
}
