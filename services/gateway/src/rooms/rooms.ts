import { setImmediate as nextTick } from 'node:timers/promises';
import type { Bus } from '@vestnik/bus';
import { eventFrame, type LiveEvent, liveSubjects } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { RoomMessages } from '../upstream/room-messages.ts';
import { Room } from './room.ts';
import type { Publisher, Subscriber } from './subscriber.ts';
import type { TopicActivity } from './topic-activity.ts';

/**
 * The rooms of this gateway: one for each conversation of which a participant has a socket here. While a room is open the
 * gateway subscribes to its conversation on the bus.
 *
 * A user may be in any number of conversations. So whatever handles all rooms of a user hands back the event loop every
 * `ROOMS_PER_TICK` rooms.
 */
export interface Rooms<User extends Subscriber> {
  /**
   * Opens rooms where needed and calls `use` when live delivery has begun in all of them. Rooms that have no subscriber when
   * it resolves are closed again.
   */
  open(conversationIds: readonly number[], use: (rooms: Room<User>[]) => void | Promise<void>): Promise<void>;
  /** Adds a user to a room. Returns false when the user is in it already. */
  enter(user: User, room: Room<User>): boolean;
  /** Removes a user from a room. The room closes behind its last subscriber. */
  leave(user: User, room: Room<User>): void;
  /** Removes a user from many rooms. Resolves when all of them are left. */
  leaveAll(user: User, rooms: Iterable<Room<User>>): Promise<void>;
  /** Returns the room of a conversation, if it is open. */
  get(conversationId: number): Room<User> | undefined;
  /** As `get`, if the user is in it. */
  enteredBy(user: User, conversationId: number): Room<User> | undefined;
  size(): number;
  /** Keeps back what comes from the bus, until `release` hands it to the rooms in the order in which it came. */
  hold(): void;
  release(): void;
  /** Hands nothing to the subscribers of the rooms that are open now, until `resume`. */
  pause(): void;
  resume(): void;
}

/** Is called when subscribers get messages, and when they enter and leave rooms. */
export interface RoomsObserver<User extends Subscriber> {
  /** A room handed messages to all its subscribers. */
  handed(room: Room<User>, firstSeq: number, lastSeq: number): void;
  /** A user is about to enter a room: messages that were handed over until now did not reach this user. */
  entered(room: Room<User>, user: User): void;
  /** A user is about to leave a room: all messages that were handed over until now went to this user. */
  left(room: Room<User>, user: User): void;
}

/** The parts that rooms work with. */
export interface RoomsParts<User extends Subscriber> {
  bus: Bus;
  logger: Logger;
  publisher: Publisher;
  topicActivity: TopicActivity;
  messages: RoomMessages;
  observer: RoomsObserver<User>;
  /** Hands an event other than a message to a room's subscribers. */
  deliver(room: Room<User>, event: LiveEvent): void;
}

interface OpenRoom<User extends Subscriber> {
  room: Room<User>;
  started: Promise<void>;
  /** Openings under way. A room that a user is about to enter stays open. */
  holds: number;
  unsubscribe(): void;
}

/** Rooms that are opened or left before the event loop looks at other sockets. */
export const ROOMS_PER_TICK = 200;
/** Waits between attempts to learn the head of a conversation, in milliseconds. */
const START_RETRIES_MS = [100, 300, 1_000];

/** Tells a client that the server may have missed events for it. */
export const RESYNC_FRAME = eventFrame('resync', {});

/** Creates the rooms of a gateway. */
export function createRooms<User extends Subscriber>(parts: RoomsParts<User>): Rooms<User> {
  const { bus, logger, publisher, topicActivity, messages, observer, deliver } = parts;
  const open = new Map<number, OpenRoom<User>>();
  let keptBack: { room: Room<User>; payload: Uint8Array; subject: string }[] | undefined;

  const roomParts = {
    publisher,
    topicActivity,
    fetchRange: messages.fetchRange,
    headOf: async (conversationId: number) => (await messages.headOf(conversationId)).seq,
    deliver,
    onHanded: observer.handed,
    onFault: (error: unknown) => logger.warn({ err: error }, 'missed messages cannot be fetched now'),
    onGivenUp(room: Room<User>) {
      logger.error('missed messages were given up');
      room.subscribers.publish([RESYNC_FRAME]);
    },
  };

  function openRoom(conversationId: number): OpenRoom<User> {
    const room = new Room<User>(conversationId, roomParts);
    // The subscription reaches the server before the question for the head, on the same bus connection. So the gateway
    // receives every message behind the head.
    const unsubscribe = bus.subscribe(liveSubjects.ofConversation(conversationId), (payload, subject) => {
      // The first events after a loss of the bus come before the bus is reported as back.
      if (!bus.isConnected()) room.pause();
      if (keptBack) keptBack.push({ room, payload, subject });
      else room.take(payload, subject);
    });
    const entry = { room, started: start(room), holds: 0, unsubscribe };
    open.set(conversationId, entry);
    // Each caller of `open` gets the fault. Without a caller it is handled here.
    entry.started.catch(() => undefined);
    return entry;
  }

  async function start(room: Room<User>): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { seq, isSealed } = await messages.headOf(room.conversationId);
        room.startAt(seq, isSealed);
        return;
      } catch (error) {
        const wait = START_RETRIES_MS[attempt];
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  function hold(conversationId: number): OpenRoom<User> {
    const entry = open.get(conversationId) ?? openRoom(conversationId);
    entry.holds += 1;
    return entry;
  }

  function closeIfEmpty(room: Room<User>): void {
    const entry = open.get(room.conversationId);
    if (entry?.room !== room || entry.holds > 0 || room.subscribers.count() > 0) return;
    open.delete(room.conversationId);
    entry.unsubscribe();
    room.close();
  }

  function leave(user: User, room: Room<User>): void {
    observer.left(room, user);
    room.subscribers.remove(user);
    closeIfEmpty(room);
  }

  return {
    async open(conversationIds, use) {
      const entries: OpenRoom<User>[] = [];
      try {
        await eachWithPauses(conversationIds, (id) => entries.push(hold(id)));
        await Promise.all(entries.map((entry) => entry.started));
        await use(entries.map((entry) => entry.room));
      } finally {
        await eachWithPauses(entries, (entry) => {
          entry.holds -= 1;
          closeIfEmpty(entry.room);
        });
      }
    },
    enter(user, room) {
      if (room.subscribers.has(user)) return false;
      observer.entered(room, user);
      room.subscribers.add(user);
      return true;
    },
    leave,
    leaveAll: (user, rooms) => eachWithPauses(rooms, (room) => leave(user, room)),
    get: (conversationId) => open.get(conversationId)?.room,
    enteredBy(user, conversationId) {
      const room = open.get(conversationId)?.room;
      return room?.subscribers.has(user) ? room : undefined;
    },
    size: () => open.size,
    hold() {
      keptBack ??= [];
    },
    release() {
      const waiting = keptBack ?? [];
      keptBack = undefined;
      for (const { room, payload, subject } of waiting) room.take(payload, subject);
    },
    pause() {
      for (const { room } of open.values()) room.pause();
    },
    resume() {
      for (const { room } of open.values()) room.resume();
    },
  };
}

/** Does something for each item, and hands back the event loop now and then. A few items are done at once. */
export async function eachWithPauses<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    if (done > 0 && done % ROOMS_PER_TICK === 0) await nextTick();
    work(item);
    done += 1;
  }
}
