import type { Bus } from '@vestnik/bus';
import { type Delivery, messagesEndpoints } from '@vestnik/contracts';
import type { Logger } from '@vestnik/logging';
import type { ConnectedUser, Room } from '../users/connected-user.ts';
import { joinRanges, type Reached } from './join-ranges.ts';

/** Tells messages what reached the devices here: markers, gathered over a moment, never one report per message. */
export interface DeliveryReceipts {
  /** A room handed messages to all who are in it. */
  handed(room: Room, firstSeq: number, lastSeq: number): void;
  /** Somebody is about to enter a room: what was handed until now is none of theirs. */
  entered(room: Room, user: ConnectedUser): void;
  /** Somebody who is in a room is about to leave it: what was handed until now is all of theirs. */
  left(room: Room, user: ConnectedUser): void;
  /** Messages were sent to one user alone. */
  reached(user: ConnectedUser, conversationId: number, afterSeq: number, upToSeq: number): void;
  stop(): void;
}

/** The stretch that a room handed over, until it is reported of everybody. */
interface Stretch {
  upToSeq: number;
  /** Up to where it is reported of each share of the users. */
  afterSeqs: number[];
  /** Where those begin who came meanwhile. */
  came: Map<ConnectedUser, number> | undefined;
}

/** How long deliveries are gathered, in milliseconds. */
const GATHER_MS = 300;
/**
 * In rooms with more users than this each report takes one share of the users, so that each user's deliveries are gathered
 * over as many reports: each report costs a marker for every user in it, and all at once would keep others waiting.
 */
const LARGE_ROOM_USERS = 50;
const SHARES = 10;
/** Deliveries in one request at most: the markers are held while it is carried out, and who sends waits for the own one. */
const REQUEST_LIMIT = 500;
/** Deliveries that may wait to be reported; a device that syncs reports itself anew, so the oldest may be forgotten. */
const MAX_WAITING = 100_000;

/** Creates the reporter of one gateway. */
export function createDeliveryReceipts(bus: Bus, logger: Logger): DeliveryReceipts {
  const handedOver = new Map<Room, Stretch>();
  let waiting: Reached[] = [];
  let timer: NodeJS.Timeout | undefined;
  let reports = 0;

  function settleAll(room: Room, stretch: Stretch): void {
    for (const user of room.subscribers.users) settle(room, stretch, user);
    handedOver.delete(room);
  }

  function settleShare(room: Room, stretch: Stretch, share: number): void {
    for (const user of room.subscribers.users) if (shareOf(user) === share) settle(room, stretch, user);
    stretch.afterSeqs[share] = stretch.upToSeq;
    if (stretch.afterSeqs.every((seq) => seq === stretch.upToSeq)) handedOver.delete(room);
  }

  function settle({ conversationId }: Room, { upToSeq, afterSeqs, came }: Stretch, user: ConnectedUser): void {
    const afterSeq = Math.max(afterSeqs[shareOf(user)] ?? 0, came?.get(user) ?? 0);
    came?.delete(user);
    if (afterSeq < upToSeq) waiting.push({ user, conversationId, afterSeq, upToSeq });
  }

  function schedule(): void {
    timer ??= setTimeout(() => void report(), GATHER_MS);
  }

  async function report(): Promise<void> {
    settleDue();
    const entries = takeDrained();
    for (let from = 0; from < entries.length; from += REQUEST_LIMIT) {
      await tell(entries.slice(from, from + REQUEST_LIMIT));
    }
    timer = undefined;
    if (waiting.length > 0 || handedOver.size > 0) schedule();
  }

  /** Settles small rooms for everybody, large ones for the share whose turn it is. */
  function settleDue(): void {
    reports += 1;
    for (const [room, stretch] of handedOver) {
      if (room.subscribers.users.length <= LARGE_ROOM_USERS) settleAll(room, stretch);
      else settleShare(room, stretch, reports % SHARES);
    }
  }

  /** Takes what may be reported now: one entry for each marker, of users for whom nothing waits here any more. */
  function takeDrained(): Reached[] {
    const present = waiting.slice(-MAX_WAITING).filter(({ user }) => user.sessions.length > 0);
    const byDrained = Map.groupBy(present, ({ user }) => hasDrained(user));
    const { entries, apart } = joinRanges(byDrained.get(true) ?? []);
    waiting = [...(byDrained.get(false) ?? []), ...apart];
    return entries;
  }

  /** Tells messages; what it could not handle just now waits for the next report. */
  async function tell(batch: Reached[]): Promise<void> {
    try {
      const { again } = await bus.request(messagesEndpoints.markDelivered, { deliveries: batch.map(toDelivery) });
      const users = new Map(batch.map(({ user }) => [user.userId, user]));
      for (const { user_id, conversation_id, after_seq, up_to_seq } of again) {
        const user = users.get(user_id);
        if (user) waiting.push({ user, conversationId: conversation_id, afterSeq: after_seq, upToSeq: up_to_seq });
      }
    } catch (error) {
      logger.warn({ err: error }, 'deliveries cannot be reported now');
      waiting.push(...batch);
    }
  }

  return {
    handed(room, firstSeq, lastSeq) {
      const stretch = handedOver.get(room);
      if (stretch && firstSeq <= stretch.upToSeq + 1) stretch.upToSeq = lastSeq;
      else {
        // What was given up between the two reached nobody.
        if (stretch) settleAll(room, stretch);
        const afterSeqs = Array.from({ length: SHARES }, () => firstSeq - 1);
        handedOver.set(room, { upToSeq: lastSeq, afterSeqs, came: undefined });
      }
      schedule();
    },
    entered(room, user) {
      const stretch = handedOver.get(room);
      if (!stretch) return;
      stretch.came ??= new Map();
      stretch.came.set(user, stretch.upToSeq);
    },
    left(room, user) {
      const stretch = handedOver.get(room);
      if (stretch) settle(room, stretch, user);
    },
    reached(user, conversationId, afterSeq, upToSeq) {
      waiting.push({ user, conversationId, afterSeq, upToSeq });
      schedule();
    },
    stop: () => clearTimeout(timer),
  };
}

function shareOf(user: ConnectedUser): number {
  return user.userId % SHARES;
}

/** What was sent has left this gateway, for one device at least. */
function hasDrained(user: ConnectedUser): boolean {
  for (const session of user.sessions) if (session.backlog() === 0) return true;
  return false;
}

function toDelivery({ user, conversationId, afterSeq, upToSeq }: Reached): Delivery {
  return { conversation_id: conversationId, user_id: user.userId, after_seq: afterSeq, up_to_seq: upToSeq };
}
