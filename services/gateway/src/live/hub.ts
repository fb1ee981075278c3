import { setTimeout as delay } from 'node:timers/promises';
import { createSerialBatcher } from '@vestnik/bus';
import {
  conversationsEndpoints,
  decodeLive,
  type LiveEvent,
  liveSubjects,
  type MembershipChanged,
} from '@vestnik/contracts';
import { deliverToRoom, deliverToUser } from './deliver.ts';
import { enterLive } from './enter-live.ts';
import type { HubParts } from './hub-parts.ts';
import { admit, type LocalUser, type Room } from './occupancy.ts';
import { createRooms, RESYNC_FRAME, type Rooms } from './rooms.ts';
import type { Session } from './session.ts';

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

/** Shared by new users. */
const NOBODY: readonly Session[] = [];
const NO_ROOMS: readonly Room[] = [];

/** Creates the hub of a gateway. */
export function createHub(parts: HubParts): Hub {
  const { bus, logger, publisher, onPresence } = parts;
  const opened = Promise.resolve();
  const users = new Map<number, LocalUser>();
  const sessions = new Map<string, Session>();
  let newestRecovery: symbol | undefined;
  const rooms = createRooms({
    bus,
    logger,
    crash: parts.crash,
    publisher,
    warmth: parts.warmth,
    deliveries: parts.deliveries,
    deliver: (room, event: LiveEvent) => deliverToRoom(hub, room, event),
  });

  const roomsOf = createSerialBatcher<LocalUser, number[]>(
    ROOMS_BATCH,
    async (asked) => {
      for (const user of asked) listenTo(user);
      const userIds = new Set(asked.map((user) => user.userId));
      const found = await bus.request(conversationsEndpoints.roomsOfUser, { user_ids: [...userIds] });
      const byUser = new Map(found.rooms.map((entry) => [entry.user_id, entry.conversation_ids]));
      return asked.map((user) => byUser.get(user.userId) ?? []);
    },
    { paceMs: ROOMS_PACE_MS },
  );

  function createUser(userId: number): LocalUser {
    const user: LocalUser = {
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

  /** Right before the user's rooms are asked for, on the same connection: no change after the answer is missed. */
  function listenTo(user: LocalUser): void {
    if (users.get(user.userId) === user) user.unsubscribe ??= bus.subscribe(liveSubjects.ofUser(user.userId), hear);
  }

  /** One handler for all: a closure for each user would stay in memory with them. */
  function hear(payload: Uint8Array, subject: string): void {
    const user = users.get(Number(subject.slice(subject.lastIndexOf('.u') + 2)));
    if (!user) return;
    if (subject === liveSubjects.membershipChanged(user.userId)) hearOfMembership(user, payload);
    else deliverToUser(user, decodeLive(payload));
  }

  async function openRooms(user: LocalUser): Promise<void> {
    const conversationIds = await roomsOf.add(user);
    await rooms.open(conversationIds, (opened) => {
      if (users.get(user.userId) === user) rooms.enter(user, opened);
    });
  }

  function roomOf(user: LocalUser, conversationId: number): Room | undefined {
    const room = rooms.get(conversationId);
    return room?.audience.has(user) ? room : undefined;
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
    if (conversation.version <= (user.versions?.get(conversation.id) ?? 0)) return;
    user.versions ??= new Map();
    user.versions.set(conversation.id, conversation.version);
    if (change === 'left') leaveRoom(user, conversation.id);
    else if (!roomOf(user, conversation.id)) void enterLive(parts, rooms, user, conversation.id);
  }

  function leaveRoom(user: LocalUser, conversationId: number): void {
    user.entering?.delete(conversationId);
    const room = roomOf(user, conversationId);
    if (!room) return;
    rooms.leave(user, room);
    const frame = JSON.stringify({ event: 'conversation_removed', data: { conversation_id: conversationId } });
    for (const session of user.sessions) session.send(frame);
  }

  function dropIfUnused(user: LocalUser): void {
    if (user.sessions.length > 0 || user.waiting > 0) return;
    users.delete(user.userId);
    onPresence(user.userId, false);
    user.unsubscribe?.();
    user.entering = undefined;
    for (const room of user.rooms) rooms.leave(user, room);
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

  /** Returns what tells, of a conversation, whether news of the user's membership have come since. Those count more than older answers. */
  function watchNews(user: LocalUser): (conversationId: number) => boolean {
    const before = new Map(user.versions);
    return (conversationId) => user.versions?.get(conversationId) !== before.get(conversationId);
  }

  async function leaveLostRooms(user: LocalUser): Promise<void> {
    const hasNews = watchNews(user);
    const conversationIds = new Set(await roomsOf.add(user));
    if (users.get(user.userId) !== user) return;
    for (const { conversationId } of user.rooms)
      if (!conversationIds.has(conversationId) && !hasNews(conversationId)) leaveRoom(user, conversationId);
  }

  async function enterNewRooms(user: LocalUser): Promise<void> {
    const hasNews = watchNews(user);
    const conversationIds = await roomsOf.add(user);
    const missing = conversationIds.filter((id) => !roomOf(user, id));
    await rooms.open(missing, (all) => {
      if (users.get(user.userId) !== user) return;
      const opened = all.filter(({ conversationId }) => !hasNews(conversationId));
      rooms.enter(user, opened);
      // What the client was told of before does not name these.
      if (opened.length > 0) for (const session of user.sessions) session.send(RESYNC_FRAME);
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
      if (!user?.sessions.includes(session)) return;
      user.sessions = user.sessions.filter((other) => other !== session);
      dropIfUnused(user);
    },
    isInRoom: (userId, conversationId) => {
      const user = users.get(userId);
      return user !== undefined && roomOf(user, conversationId) !== undefined;
    },
    session: (sessionId) => sessions.get(sessionId),
    sessions: () => sessions.values(),
    user: (userId) => users.get(userId),
    users: () => users.values(),
    rooms,
    async recover() {
      const recovery = Symbol('recovery');
      newestRecovery = recovery;
      rooms.pause();
      const present = [...users.values()];
      for (const user of present) for (const session of user.sessions) session.send(RESYNC_FRAME);
      await Promise.all(present.map((user) => persist(user, () => leaveLostRooms(user))));
      if (newestRecovery !== recovery) return;
      rooms.resume();
      // What was told during the pause was dropped.
      for (const user of present) for (const session of user.sessions) session.send(RESYNC_FRAME);
      await Promise.all(present.map((user) => persist(user, () => enterNewRooms(user))));
    },
    counts: () => ({ sessions: sessions.size, users: users.size, rooms: rooms.size() }),
  };
  return hub;
}
