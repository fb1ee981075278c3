import { setTimeout as delay } from 'node:timers/promises';
import { createSerialBatcher } from '@vestnik/bus';
import {
  conversationsEndpoints,
  decodeLive,
  type LiveEvent,
  liveSubjects,
  type MembershipChanged,
} from '@vestnik/contracts';
import { deliver } from './deliver.ts';
import { enterLive } from './enter-live.ts';
import type { HubParts } from './hub-parts.ts';
import { admit, type LocalUser } from './occupancy.ts';
import { createRooms, RESYNC_FRAME, type Rooms } from './rooms.ts';
import { conversationTopic, EVERYBODY, type Session, userTopic } from './session.ts';

/**
 * Who is connected to this gateway and what they hear. A session is added when its token is good and taken out when its
 * socket closes; everything between (rooms, membership changes, the loss of the bus) happens here.
 */
export interface Hub {
  /** Adds a session and resolves when delivery to it is live. */
  add(session: Session): Promise<void>;
  remove(session: Session): void;
  /** True when the user's sessions hear a conversation: the user is in it, as far as this gateway knows. */
  isInRoom(userId: number, conversationId: number): boolean;
  /** The session of that id, if it is here. */
  session(sessionId: string): Session | undefined;
  sessions(): IterableIterator<Session>;
  user(userId: number): LocalUser | undefined;
  users(): IterableIterator<LocalUser>;
  readonly rooms: Rooms;
  /**
   * After events may have been missed: tells everybody to `sync` and brings every user's rooms up to date. Nothing of a
   * conversation is handed on until it is known who is still in it.
   */
  recover(): Promise<void>;
  counts(): { sessions: number; users: number; rooms: number };
}

/** Users whose rooms are asked for in one request at most. */
const ROOMS_BATCH = 1_000;
/** Those requests begin at least this far apart, in milliseconds: when many come at once they share one. */
const ROOMS_PACE_MS = 3;

/** Wait before a user's rooms are asked for again after the bus was away, in milliseconds. */
const RECOVER_RETRY_MS = 500;

/** Creates the hub of a gateway. */
export function createHub(parts: HubParts): Hub {
  const { bus, logger, publisher, onPresence } = parts;
  const users = new Map<number, LocalUser>();
  const sessions = new Map<string, Session>();
  let newestRecovery: symbol | undefined;
  const rooms = createRooms({
    bus,
    logger,
    crash: parts.crash,
    publisher,
    deliveries: parts.deliveries,
    deliver: (room, event: LiveEvent) => deliver(hub, publisher, conversationTopic(room.conversationId), event),
  });

  const roomsOf = createSerialBatcher<number, number[]>(
    ROOMS_BATCH,
    async (userIds) => {
      const found = await bus.request(conversationsEndpoints.roomsOfUser, { user_ids: [...new Set(userIds)] });
      const byUser = new Map(found.rooms.map((entry) => [entry.user_id, entry.conversation_ids]));
      return userIds.map((id) => byUser.get(id) ?? []);
    },
    { paceMs: ROOMS_PACE_MS },
  );

  function createUser(userId: number): LocalUser {
    const membershipSubject = liveSubjects.membershipChanged(userId);
    const user: LocalUser = {
      userId,
      sessions: new Set(),
      rooms: new Map(),
      entering: new Map(),
      versions: new Map(),
      waiting: 0,
      opened: Promise.resolve(),
      isOpen: false,
      unsubscribe: bus.subscribe(liveSubjects.ofUser(userId), (payload, subject) => {
        if (subject === membershipSubject) hearOfMembership(user, payload);
        else deliver(hub, publisher, userTopic(userId), decodeLive(payload));
      }),
    };
    users.set(userId, user);
    user.opened = openRooms(user).then(() => {
      user.isOpen = true;
    });
    user.opened.catch(() => undefined);
    return user;
  }

  /** The subscription of the user is on its way before this asks, so no change after the answer is missed. */
  async function openRooms(user: LocalUser): Promise<void> {
    const conversationIds = await roomsOf.add(user.userId);
    await rooms.open(conversationIds, (opened) => {
      if (users.get(user.userId) !== user) return;
      for (const room of opened) rooms.enter(user, room);
    });
  }

  /**
   * Takes effect before this returns: what was written after a removal may be the next event of the same chunk. News that
   * come while the rooms are being learnt are applied on top of what was learnt.
   */
  function hearOfMembership(user: LocalUser, payload: Uint8Array): void {
    const news = JSON.parse(Buffer.from(payload).toString()) as MembershipChanged;
    if (user.isOpen) changeMembership(user, news);
    else
      user.opened.then(
        () => changeMembership(user, news),
        () => undefined,
      );
  }

  function changeMembership(user: LocalUser, { change, conversation }: MembershipChanged): void {
    if (users.get(user.userId) !== user) return;
    if (conversation.version <= (user.versions.get(conversation.id) ?? 0)) return;
    user.versions.set(conversation.id, conversation.version);
    if (change === 'left') leaveRoom(user, conversation.id);
    else if (!user.rooms.has(conversation.id)) void enterLive(parts, rooms, user, conversation);
  }

  function leaveRoom(user: LocalUser, conversationId: number): void {
    user.entering.delete(conversationId);
    const room = user.rooms.get(conversationId);
    if (!room) return;
    for (const session of user.sessions) session.leave(conversationTopic(conversationId));
    rooms.leave(user, room);
    publisher.publish(
      userTopic(user.userId),
      JSON.stringify({ event: 'conversation_removed', data: { conversation_id: conversationId } }),
    );
  }

  function dropIfUnused(user: LocalUser): void {
    if (user.sessions.size > 0 || user.waiting > 0) return;
    users.delete(user.userId);
    onPresence(user.userId, false);
    user.unsubscribe();
    user.entering.clear();
    for (const room of user.rooms.values()) rooms.leave(user, room);
  }

  /** Tries until it works or the user has gone. */
  async function persist(user: LocalUser, work: () => Promise<void>): Promise<void> {
    while (users.get(user.userId) === user) {
      try {
        await user.opened;
        await work();
        return;
      } catch (error) {
        logger.warn({ err: error }, 'the rooms of a user cannot be renewed yet');
        await delay(RECOVER_RETRY_MS);
      }
    }
  }

  async function leaveLostRooms(user: LocalUser): Promise<void> {
    const conversationIds = new Set(await roomsOf.add(user.userId));
    if (users.get(user.userId) !== user) return;
    for (const id of user.rooms.keys()) if (!conversationIds.has(id)) leaveRoom(user, id);
  }

  async function enterNewRooms(user: LocalUser): Promise<void> {
    const conversationIds = await roomsOf.add(user.userId);
    const missing = conversationIds.filter((id) => !user.rooms.has(id));
    await rooms.open(missing, (opened) => {
      if (users.get(user.userId) !== user) return;
      for (const room of opened) {
        rooms.enter(user, room);
        for (const session of user.sessions) session.join(conversationTopic(room.conversationId));
      }
      // What the client was told of before does not name these.
      if (opened.length > 0) publisher.publish(userTopic(user.userId), RESYNC_FRAME);
    });
  }

  const hub: Hub = {
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
        if (sessions.has(session.id)) admit(user, session);
      } finally {
        user.waiting -= 1;
        dropIfUnused(user);
      }
    },
    remove(session) {
      sessions.delete(session.id);
      const user = users.get(session.userId);
      if (user?.sessions.delete(session)) dropIfUnused(user);
    },
    isInRoom: (userId, conversationId) => users.get(userId)?.rooms.has(conversationId) ?? false,
    session: (sessionId) => sessions.get(sessionId),
    sessions: () => sessions.values(),
    user: (userId) => users.get(userId),
    users: () => users.values(),
    rooms,
    async recover() {
      const recovery = Symbol('recovery');
      newestRecovery = recovery;
      rooms.pause();
      publisher.publish(EVERYBODY, RESYNC_FRAME);
      const present = [...users.values()];
      await Promise.all(present.map((user) => persist(user, () => leaveLostRooms(user))));
      if (newestRecovery !== recovery) return;
      rooms.resume();
      await Promise.all(present.map((user) => persist(user, () => enterNewRooms(user))));
    },
    counts: () => ({ sessions: sessions.size, users: users.size, rooms: rooms.size() }),
  };
  return hub;
}
