import { createSerialBatcher } from '@vestnik/batching';
import type { Bus } from '@vestnik/bus';
import { eventFrame, type LiveEvent, liveSubjects, messagesEndpoints } from '@vestnik/contracts';
import type { CrashPoints } from '@vestnik/lifecycle';
import type { Logger } from '@vestnik/logging';
import type { Publisher } from '../sessions/session.ts';
import type { DeliveryReceipts } from '../upstream/delivery-receipts.ts';
import type { ConnectedUser, Room } from '../users/connected-user.ts';
import { OrderedRoom } from './room.ts';
import type { TopicActivity } from './topic-activity.ts';

/**
 * The rooms of this gateway: one for each conversation that somebody here takes part in, no other. While a room is
 * open the gateway hears its conversation on the bus.
 */
export interface Rooms {
  /**
   * Opens rooms where needed and calls `use` when live delivery has begun in all of them; those that nobody has entered
   * when it resolves are closed again.
   */
  open(conversationIds: readonly number[], use: (rooms: Room[]) => void | Promise<void>): Promise<void>;
  /** A user is in rooms now. */
  enter(user: ConnectedUser, rooms: readonly Room[]): void;
  /** A user is no longer in a room; the last one out closes it. */
  leave(user: ConnectedUser, room: Room): void;
  /** The room of a conversation, if it is open. */
  get(conversationId: number): Room | undefined;
  /** As `get`, if the user is in it. */
  enteredBy(user: ConnectedUser, conversationId: number): Room | undefined;
  size(): number;
  /** Hands nothing to sockets in the rooms that are open now, until `resume`. */
  pause(): void;
  resume(): void;
}

interface OpenRoom {
  room: Room;
  started: Promise<void>;
  /** Openings under way; a room that somebody is about to enter stays. */
  holds: number;
  unsubscribe(): void;
}

/** Rooms whose starting places are asked for in one request at most. */
const HEADS_BATCH = 5_000;
/** Those requests begin at least this far apart, in milliseconds. */
const HEADS_PACE_MS = 3;
/** Waits between attempts to learn where rooms start, in milliseconds. */
const START_RETRIES_MS = [100, 300, 1_000];

/** Creates the rooms of a gateway. `deliver` hands frames of events other than messages to the room's sessions. */
export function createRooms(parts: {
  bus: Bus;
  logger: Logger;
  crash: CrashPoints;
  publisher: Publisher;
  topicActivity: TopicActivity;
  deliveries: DeliveryReceipts;
  deliver(room: Room, event: LiveEvent): void;
}): Rooms {
  const { bus, logger, crash, publisher, topicActivity, deliveries, deliver } = parts;
  const open = new Map<number, OpenRoom>();

  const heads = createSerialBatcher<number, number>(
    HEADS_BATCH,
    async (conversationIds) => {
      const found = await bus.request(messagesEndpoints.findHeads, { conversation_ids: conversationIds });
      const seqs = new Map(found.heads.map((head) => [head.conversation_id, head.seq]));
      return conversationIds.map((id) => seqs.get(id) ?? 0);
    },
    { paceMs: HEADS_PACE_MS },
  );

  const roomParts = {
    publisher,
    topicActivity,
    fetchRange: async (conversationId: number, afterSeq: number, upToSeq: number) =>
      (
        await bus.request(messagesEndpoints.readRange, {
          conversation_id: conversationId,
          after_seq: afterSeq,
          up_to_seq: upToSeq,
        })
      ).messages,
    deliver,
    onHanded: deliveries.handed,
    onFault: (error: unknown) => logger.warn({ err: error }, 'missed messages cannot be fetched now'),
    onGivenUp(room: Room) {
      logger.error('missed messages were given up');
      room.subscribers.publish([RESYNC_FRAME]);
    },
  };

  function openRoom(conversationId: number): OpenRoom {
    const room = new OrderedRoom(conversationId, roomParts);
    // The subscription reaches the server before the question where the conversation ends, on the same connection: so
    // every message behind that place is heard.
    const unsubscribe = bus.subscribe(liveSubjects.ofConversation(conversationId), (payload) => {
      // The first events after a loss of the bus come before it is said to be back.
      if (!bus.isConnected()) room.pause();
      crash.here('gateway.event-received');
      room.take(payload);
      crash.onceWritten('gateway.event-forwarded');
    });
    const entry = { room, started: start(room), holds: 0, unsubscribe };
    open.set(conversationId, entry);
    // Whoever opens the room meets the fault; nobody else is to be told of it.
    entry.started.catch(() => undefined);
    return entry;
  }

  async function start(room: Room): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        room.startAt(await heads.add(room.conversationId));
        return;
      } catch (error) {
        const wait = START_RETRIES_MS[attempt];
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  function closeIfEmpty(room: Room): void {
    const entry = open.get(room.conversationId);
    if (entry?.room !== room || entry.holds > 0 || room.subscribers.users.length > 0) return;
    open.delete(room.conversationId);
    entry.unsubscribe();
    room.close();
  }

  return {
    async open(conversationIds, use) {
      const entries = conversationIds.map((id) => open.get(id) ?? openRoom(id));
      for (const entry of entries) entry.holds += 1;
      try {
        await Promise.all(entries.map((entry) => entry.started));
        await use(entries.map((entry) => entry.room));
      } finally {
        for (const entry of entries) {
          entry.holds -= 1;
          closeIfEmpty(entry.room);
        }
      }
    },
    enter(user, entered) {
      const others = entered.filter((room) => !room.subscribers.has(user));
      for (const room of others) {
        deliveries.entered(room, user);
        room.subscribers.enter(user);
      }
      user.rooms = user.rooms.concat(others);
    },
    leave(user, room) {
      deliveries.left(room, user);
      user.rooms = user.rooms.filter((other) => other !== room);
      room.subscribers.leave(user);
      closeIfEmpty(room);
    },
    get: (conversationId) => open.get(conversationId)?.room,
    enteredBy(user, conversationId) {
      const room = open.get(conversationId)?.room;
      return room?.subscribers.has(user) ? room : undefined;
    },
    size: () => open.size,
    pause() {
      for (const { room } of open.values()) room.pause();
    },
    resume() {
      for (const { room } of open.values()) room.resume();
    },
  };
}

/** Tells a client that events may have been missed. */
export const RESYNC_FRAME = eventFrame('resync', {});
