import type { Bus } from '@vestnik/bus';
import { type Delivery, messagesEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { LocalUser, Room } from './occupancy.ts';

/** Tells messages what reached the devices here: markers, gathered over a moment, never one report per message. */
export interface DeliveryReporter {
  /** A room handed messages to all who are in it. */
  handed(room: Room, firstSeq: number, lastSeq: number): void;
  /** Somebody is about to enter or leave a room: what was handed until now concerns those who are in it now. */
  settle(room: Room): void;
  /** Messages were sent to one user alone. */
  reached(user: LocalUser, conversationId: number, afterSeq: number, upToSeq: number): void;
  stop(): void;
}

interface Reached {
  user: LocalUser;
  conversationId: number;
  afterSeq: number;
  upToSeq: number;
}

/** How long deliveries are gathered, in milliseconds. */
const GATHER_MS = 300;
/** In rooms with more users than this they are gathered for longer: each report costs a marker for every user. */
const LARGE_ROOM_USERS = 50;
const LARGE_ROOM_GATHER_MS = 3_000;
/** Deliveries in one report at most. */
const REPORT_LIMIT = 5_000;
/** Deliveries that may wait to be reported; a device that syncs reports itself anew, so the oldest may be forgotten. */
const MAX_WAITING = 100_000;

/** Creates the reporter of one gateway. */
export function createDeliveryReporter(bus: Bus, logger: Logger): DeliveryReporter {
  const handedOver = new Map<Room, { afterSeq: number; upToSeq: number; since: number }>();
  let waiting: Reached[] = [];
  let timer: NodeJS.Timeout | undefined;

  function settle(room: Room): void {
    const run = handedOver.get(room);
    if (!run) return;
    handedOver.delete(room);
    const { afterSeq, upToSeq } = run;
    for (const user of room.audience.users) add(user, room.conversationId, afterSeq, upToSeq);
  }

  function isDue(room: Room, since: number): boolean {
    return room.audience.users.length <= LARGE_ROOM_USERS || Date.now() - since >= LARGE_ROOM_GATHER_MS;
  }

  function schedule(): void {
    timer ??= setTimeout(() => void report(), GATHER_MS);
  }

  async function report(): Promise<void> {
    for (const [room, { since }] of handedOver) if (isDue(room, since)) settle(room);
    const present = waiting.slice(-MAX_WAITING).filter(({ user }) => user.sessions.length > 0);
    const readable = Map.groupBy(present, ({ user }) => hasRead(user));
    waiting = readable.get(false) ?? [];
    const entries = readable.get(true) ?? [];
    for (let from = 0; from < entries.length; from += REPORT_LIMIT) {
      const batch = entries.slice(from, from + REPORT_LIMIT);
      try {
        const { again } = await bus.request(messagesEndpoints.markDelivered, { deliveries: batch.map(toDelivery) });
        const users = new Map(batch.map(({ user }) => [user.userId, user]));
        for (const entry of again) {
          const user = users.get(entry.user_id);
          if (user) add(user, entry.conversation_id, entry.after_seq, entry.up_to_seq);
        }
      } catch (error) {
        logger.warn({ err: error }, 'deliveries cannot be reported now');
        waiting.push(...batch);
      }
    }
    timer = undefined;
    if (waiting.length > 0 || handedOver.size > 0) schedule();
  }

  function add(user: LocalUser, conversationId: number, afterSeq: number, upToSeq: number): void {
    waiting.push({ user, conversationId, afterSeq, upToSeq });
  }

  return {
    handed(room, firstSeq, lastSeq) {
      const run = handedOver.get(room);
      if (run) run.upToSeq = lastSeq;
      else handedOver.set(room, { afterSeq: firstSeq - 1, upToSeq: lastSeq, since: Date.now() });
      schedule();
    },
    settle,
    reached(user, conversationId, afterSeq, upToSeq) {
      add(user, conversationId, afterSeq, upToSeq);
      schedule();
    },
    stop: () => clearTimeout(timer),
  };
}

/** What was sent has left this gateway, for one device at least. */
function hasRead(user: LocalUser): boolean {
  for (const session of user.sessions) if (session.backlog() === 0) return true;
  return false;
}

function toDelivery({ user, conversationId, afterSeq, upToSeq }: Reached): Delivery {
  return { conversation_id: conversationId, user_id: user.userId, after_seq: afterSeq, up_to_seq: upToSeq };
}
